"""What a day brought across all threads.

page      turns a day's versions into its page: developments word for word, and what connects them
question  asks the model what connects them
stage     makes the pages of days
"""
