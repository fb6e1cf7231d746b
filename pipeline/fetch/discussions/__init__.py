"""Threads of posts, from where their sites give them to programs.

chosen   all kinds of sites, in the order in which an address is looked at
thread   a thread as one response, whatever it takes to get it
answers  what sites' answers have in common

A file for each kind. Each is pure: it says which addresses are its threads, what to ask for and how to read the
answers, and never touches the web.

hackernews                 by its public index
github github_discussions  by its APIs for issues and pull requests, and for discussions
stackexchange              by its API
reddit lobsters            by the JSON beside a discussion's page
bluesky bluesky_posts      by the network's public view
mastodon                   any server, by its API
microblogs                 what mastodon and bluesky have in common
forummagnum                by the GraphQL of the software
openreview                 by its APIs, the newer and the older
mailinglists               public-inbox, HyperKitty and Pipermail, by what they give to mail programs
mail letters               mails as archives keep them, and what one of them says
discourse                  any forum that runs on it, as its own pages ask it
"""
