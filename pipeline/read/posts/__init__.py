"""Threads of posts become text in which each post has its place.

thread     a thread as a page's text, with where each post stands
body       a post's body as lines, those it quotes marked
quotes     whom the quoted lines are from
continued  what was read of a thread before and is not among its posts any more
finder     the posts on any web page, by its markup alone, where no site gives them to programs
"""
