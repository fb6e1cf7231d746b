"""The posts on any web page, by its markup alone: what it states of them, else what it repeats.

The page:

markup           the door: the posts on a page, and whether they are the page or stand under an article
page_index       a page's elements by number, with the words before each
stated_posts     posts that JSON-LD states
stated_parts     parts of a page that its attributes call posts
signed_comments  comments that their writers sign, as on wikis
like_blocks      where a page repeats itself with a time in each
post_groups      which of those parts are the posts
opening          the post a discussion begins with, where it is built unlike the rest
discussions      whether like parts are a discussion
under_article    whether posts are the page, or stand under an article

Its posts:

group_parts   what is of each part, and what of another that stands in it
post_parts    where in its part each post has its time, its name and its words
who_and_when  the names and the times of a group, by where most have theirs
post_bodies   the words of a group, by where most have theirs
post_times    a time as pages show it
post_names    a name as pages show it
post_html     the words of a post as markup
post_links    what a post is called, and what it answers
post_records  posts with their ids, addresses and answers
"""
