"""A talk as the programs of forums show one on a page: each layout is our own, after the structure that its program
publishes, with what stands around the words there: profiles, buttons, signatures, notices of edits."""

import html
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from tests.discussions.talk import TITLE, TalkPost

SITE = "https://forum.ilm.example"


class Layout(NamedTuple):
    """How a program shows a talk on a page. `tells` is as in Double; `is_article` says that the talk stands under an
    article of somebody else's."""

    name: str
    address: str
    page: Callable[[Sequence[TalkPost]], str]
    tells: frozenset[str]
    is_article: bool = False


def escaped(words: str) -> str:
    """Words as markup writes them."""
    return html.escape(words, quote=False)


def paragraphs(post: TalkPost) -> str:
    """What a post says, each paragraph an element."""
    return "".join(f"<p>{escaped(each)}</p>" for each in post.said)


def broken(post: TalkPost) -> str:
    """The paragraphs as old programs part them."""
    return "<br><br>".join(escaped(each) for each in post.said)


def at(post: TalkPost) -> datetime:
    """When a post was written."""
    return datetime.fromisoformat(post.time)


def written(post: TalkPost, form: str) -> str:
    """The time of a post in a form that strftime knows."""
    return at(post).strftime(form)


def by_number(talk: Sequence[TalkPost]) -> dict[int, TalkPost]:
    """The posts of a talk by the numbers that quotes and answers name."""
    return {post.number: post for post in talk}


def around(body: str, title: str = TITLE, head: str = "", lang: str = "en") -> str:
    """A page of a site, with what its posts stand in."""
    return (
        f"<!doctype html><html lang={lang}><head><meta charset=utf-8><title>{title} - River Forum</title>{head}</head><body>"
        "<nav><ul><li><a href=/>Home</a></li><li><a href=/members>Members</a></li><li><a href=/search>Search</a></li></ul>"
        f"</nav><header><h1>{title}</h1></header><main>{body}</main><aside><h3>Latest topics</h3><ul>"
        "<li><a href=/t/9>Ducks at the mill</a> by <a href=/u/duck>duck</a>, 5 March 2026</li>"
        "<li><a href=/t/8>When is the fair?</a> by <a href=/u/fair>fair</a>, 4 March 2026</li></ul></aside>"
        "<footer><p>Powered by a program. All times are UTC.</p></footer></body></html>"
    )


SIGNATURE = "Fish first, ask later."


def phpbb(talk: Sequence[TalkPost]) -> str:
    """phpBB 3: who in a list beside the words, when in a line over them."""
    known, rows = by_number(talk), []
    for post in talk:
        n = 100 + post.number
        quotes = "".join(
            f'<blockquote cite="./viewtopic.php?p={100 + of}#p{100 + of}"><div><cite><a href="./memberlist.php?mode=viewprofile&amp;u={of}">'
            f'{known[of].handle}</a> wrote: <a href="#p{100 + of}" data-post-id="{100 + of}">↑</a>'
            f'<span class="responsive-hide">{written(known[of], "%a %b %d, %Y %I:%M %p")}</span></cite>{escaped(words)}</div></blockquote>'
            for of, words in post.quotes
        )
        content = f"{quotes}{broken(post)}"
        notice = (
            f'<div class="notice">Last edited by <a href="./memberlist.php?mode=viewprofile&amp;u=1" class="username">{post.handle}</a>'
            " on Fri Mar 06, 2026 9:00 am, edited 1 time in total.</div>"
            if post.edited
            else ""
        )
        signature = f'<div id="sig{n}" class="signature">{SIGNATURE}</div>' if post.handle == "heron" else ""
        if post.withdrawn:
            content, notice = "<em>This post was deleted by its author.</em>", ""
        rows.append(
            f'<div id="p{n}" class="post has-profile {"bg1" if post.number % 2 else "bg2"} online"><div class="inner">'
            f'<dl class="postprofile" id="profile{n}"><dt class="no-profile-rank"><div class="avatar-container"></div>'
            f'<a href="./memberlist.php?mode=viewprofile&amp;u={post.number}" class="username">{post.handle}</a></dt>'
            f'<dd class="profile-posts"><strong>Posts:</strong> <a href="./search.php?author_id=1">{40 + post.number}</a></dd>'
            '<dd class="profile-joined"><strong>Joined:</strong> Tue May 07, 2019 1:00 pm</dd></dl>'
            f'<div class="postbody"><div id="post_content{n}"><h3><a href="./viewtopic.php?p={n}#p{n}">Re: {TITLE}</a></h3>'
            f'<ul class="post-buttons"><li><a href="./posting.php?mode=quote&amp;p={n}" title="Reply with quote" class="button">'
            f'<span>Quote</span></a></li></ul><p class="author"><a class="unread" href="./viewtopic.php?p={n}#p{n}" title="Post">'
            f'<span class="sr-only">Post</span></a><span class="responsive-hide">by <strong><a href="./memberlist.php?mode=viewprofile'
            f'&amp;u={post.number}" class="username">{post.handle}</a></strong> &raquo; </span>'
            f'<time datetime="{post.time.replace("Z", "+00:00")}">{written(post, "%a %b %d, %Y %I:%M %p")}</time></p>'
            f'<div class="content">{content}</div>{notice}{signature}</div></div>'
            '<div class="back2top"><a href="#wrap" class="top" title="Top">Top</a></div></div></div><hr class="divider">'
        )
    rules = '<div class="rules"><div class="inner"><strong>Forum rules</strong><br>Be kind to each other and to the fish.</div></div>'
    return around(f'{rules}<div id="page-body">{"".join(rows)}</div>')


def xenforo(talk: Sequence[TalkPost]) -> str:
    """XenForo 2: articles that name their author by an attribute."""
    known, rows = by_number(talk), []
    for post in talk:
        n = 100 + post.number
        quotes = "".join(
            f'<blockquote data-attributes="member: {of}" data-quote="{known[of].handle}" data-source="post: {100 + of}" class="bbCodeBlock '
            f'bbCodeBlock--expandable bbCodeBlock--quote js-expandWatch"><div class="bbCodeBlock-title"><a href="/goto/post?id={100 + of}" '
            f'class="bbCodeBlock-sourceJump">{known[of].handle} said:</a></div><div class="bbCodeBlock-content"><div class="bbCodeBlock-expandContent '
            f'js-expandContent">{escaped(words)}</div><div class="bbCodeBlock-expandLink js-expandLink"><a role="button">Click to expand...</a></div>'
            "</div></blockquote>"
            for of, words in post.quotes
        )
        edited = (
            '<div class="message-lastEdit">Last edited: <time class="u-dt" datetime="2026-03-06T09:00:05+0000">Mar 6, 2026</time></div>'
            if post.edited
            else ""
        )
        stamp = (
            f'<a href="/threads/weir.7/post-{n}" class="u-concealed" rel="nofollow"><time class="u-dt" dir="auto" datetime="'
            f'{post.time.replace("Z", "+0000")}" data-time="{int(at(post).timestamp())}">{written(post, "%b %d, %Y")}</time></a>'
        )
        user = (
            '<div class="message-cell message-cell--user"><section class="message-user"><div class="message-avatar"></div><div class="message-userDetails">'
            f'<h4 class="message-name"><a href="/members/{post.handle}.{post.number}/" class="username" data-user-id="{post.number}">{post.handle}</a>'
            '</h4><h5 class="userTitle message-userTitle">Well-known member</h5></div><div class="message-userExtras"><dl class="pairs"><dt>Joined</dt>'
            "<dd>May 7, 2019</dd></dl><dl class=pairs><dt>Messages</dt><dd>1,024</dd></dl></div></section></div>"
        )
        if post.withdrawn:
            rows.append(
                f'<div class="message message--deleted message--post js-post js-inlineModContainer" data-author="{post.handle}" data-content="post-{n}" '
                f'id="js-post-{n}"><span class="u-anchorTarget" id="post-{n}"></span><div class="message-inner">{user.replace("user", "user")}'
                f'<div class="message-cell message-cell--main"><div class="message-attribution">{stamp}</div><div class="messageNotice messageNotice--deleted">'
                f"Deleted by {post.handle}</div></div></div></div>"
            )
            continue
        signature = (
            f'<aside class="message-signature"><div class="bbWrapper">{SIGNATURE}</div></aside>'
            if post.handle == "heron"
            else ""
        )
        rows.append(
            f'<article class="message message--post js-post js-inlineModContainer" data-author="{post.handle}" data-content="post-{n}" '
            f'id="js-post-{n}"><span class="u-anchorTarget" id="post-{n}"></span><div class="message-inner">{user}<div class="message-cell '
            f'message-cell--main"><div class="message-main js-quickEditTarget"><header class="message-attribution message-attribution--split">'
            f'<ul class="message-attribution-main listInline"><li class="u-concealed">{stamp}</li></ul><ul class="message-attribution-opposite">'
            f'<li><a href="/threads/weir.7/post-{n}" rel="nofollow">#{post.number}</a></li></ul></header><div class="message-content js-messageContent">'
            f'<div class="message-userContent lbContainer js-lbContainer"><article class="message-body js-selectToQuote"><div class="bbWrapper">'
            f'{quotes}{broken(post)}</div><div class="js-selectToQuoteEnd">&nbsp;</div></article></div>{edited}{signature}</div><footer class="message-footer">'
            '<div class="message-actionBar actionBar"><a href="#" class="actionBar-action">Like</a> <a href="#">Reply</a></div><div class="reactionsBar">'
            '<a href="#">duck, fair and 2 others</a></div></footer></div></div></div></article>'
        )
    return around(f'<div class="block block--messages"><div class="block-container"><div class="block-body js-replyNewMessageContainer">{"".join(rows)}'
                  "</div></div></div>")  # fmt: skip


def discourse(talk: Sequence[TalkPost]) -> str:
    """What Discourse serves where no script runs."""
    known, rows = by_number(talk), []
    for post in talk:
        quotes = "".join(
            f'<aside class="quote no-group" data-username="{known[of].handle}" data-post="{of}" data-topic="7"><div class="title"><div '
            f'class="quote-controls"></div>{known[of].handle}:</div><blockquote><p>{escaped(words)}</p></blockquote></aside>'
            for of, words in post.quotes
        )
        if post.withdrawn:
            quotes, own = "", "<p>(post deleted by author)</p>"
        else:
            own = paragraphs(post)
        rows.append(
            f'<div id="post_{post.number}" {"" if post.number == 1 else "itemprop=comment itemscope itemtype=http://schema.org/Comment"} '
            f'class="topic-body crawler-post"><div class="crawler-post-meta"><span class="creator" itemprop="author" itemscope '
            f'itemtype="http://schema.org/Person"><a itemprop="url" rel="nofollow" href="{SITE}/u/{post.handle}"><span itemprop="name">{post.handle}'
            f'</span></a></span><link itemprop="mainEntityOfPage" href="{SITE}/t/weir/7"><span class="crawler-post-infos"><time itemprop="datePublished" '
            f'datetime="{post.time}" class="post-time">{written(post, "%B %d, %Y, %I:%M%p")}</time><meta itemprop="dateModified" content="{post.time}">'
            f'<span itemprop="position">{post.number}</span></span></div><div class="post" itemprop="text">{quotes}{own}</div>'
            '<div itemprop="interactionStatistic" itemscope itemtype="http://schema.org/InteractionCounter"><meta itemprop="userInteractionCount" content="2">'
            '<span class="post-likes">2 Likes</span></div></div>'
        )
    return around(
        f'<div itemscope itemtype="http://schema.org/DiscussionForumPosting"><meta itemprop="headline" content="{TITLE}"><link itemprop="url" '
        f'href="{SITE}/t/weir/7">{"".join(rows)}</div>'
    )


def mybb(talk: Sequence[TalkPost]) -> str:
    """MyBB: who over the words, when in a head between them."""
    known, rows = by_number(talk), []
    for post in talk:
        n = 100 + post.number
        quotes = "".join(
            f'<blockquote class="mycode_quote"><cite><span> ({written(known[of], "%d-%m-%Y, %I:%M %p")})</span>{known[of].handle} Wrote: &nbsp;'
            f'<a href="{SITE}/showthread.php?pid={100 + of}#pid{100 + of}" class="quick_jump"></a></cite>{escaped(words)}</blockquote>'
            for of, words in post.quotes
        )
        edit = (
            f'<span class="post_edit" id="edited_by_{n}"><span class="edited_post">(This post was last modified: 06-03-2026, 09:00 AM by '
            f'<a href="{SITE}/member.php?action=profile&amp;uid=1">{post.handle}</a>.)</span></span>'
            if post.edited
            else ""
        )
        if post.withdrawn:
            continue
        signature = f'<div class="signature scaleimages">{SIGNATURE}</div>' if post.handle == "heron" else ""
        rows.append(
            f'<a name="pid{n}" id="pid{n}"></a><div class="post classic" id="post_{n}"><div class="post_author scaleimages"><div class="author_information">'
            f'<strong><span class="largetext"><a href="{SITE}/member.php?action=profile&amp;uid={post.number}">{post.handle}</a></span></strong><br>'
            '<span class="smalltext">Senior Member</span></div><div class="author_statistics">Posts: 1,024<br>Threads: 3<br>Joined: May 2019</div></div>'
            f'<div class="post_content"><div class="post_head"><div class="float_right"><strong><a href="showthread.php?tid=7&amp;pid={n}#pid{n}" '
            f'title="Post: #{post.number}">#{post.number}</a></strong></div><span class="post_date">{written(post, "%B %d %Y, %I:%M %p")} {edit}</span></div>'
            f'<div class="post_body scaleimages" id="pid_{n}">{quotes}{broken(post)}</div>{signature}<div class="post_meta" id="post_meta_{n}"></div></div>'
            '<div class="post_controls"><div class="postbit_buttons author_buttons"><a href="#" class="postbit_find"><span>Find</span></a></div>'
            '<div class="postbit_buttons post_management_buttons"><a href="#" class="postbit_quote"><span>Reply</span></a></div></div></div>'
        )
    return around(f'<div id="posts_container"><div id="posts">{"".join(rows)}</div></div>')


def smf(talk: Sequence[TalkPost]) -> str:
    """SMF: the time in the link of a subject."""
    known, rows = by_number(talk), []
    for post in talk:
        n = 100 + post.number
        quotes = "".join(
            f'<blockquote class="bbc_standard_quote"><cite><a href="{SITE}/index.php?topic=7.msg{100 + of}#msg{100 + of}">Quote from: {known[of].handle} '
            f"on {written(known[of], '%B %d, %Y, %I:%M:%S %p')}</a></cite>{escaped(words)}</blockquote>"
            for of, words in post.quotes
        )
        modified = (
            f'<span class="lastedit">Last Edit</span>: March 06, 2026, 09:00:05 AM by {post.handle}'
            if post.edited
            else ""
        )
        if post.withdrawn:
            continue
        signature = f'<div class="signature" id="msg_{n}_signature">{SIGNATURE}</div>' if post.handle == "heron" else ""
        rows.append(
            f'<div class="windowbg{"" if post.number % 2 else "2"}" id="msg{n}"><div class="post_wrapper"><div class="poster"><h4>'
            f'<a href="{SITE}/index.php?action=profile;u={post.number}" title="View the profile of {post.handle}">{post.handle}</a></h4>'
            '<ul class="user_info"><li class="membergroup">Full Member</li><li class="icons"><img src="i.png" alt="*"></li><li class="postcount">Posts: 210</li>'
            f'<li class="poster_ip">Logged</li></ul></div><div class="postarea"><div class="keyinfo"><div id="subject_{n}" class="subject_title">'
            f'<a href="{SITE}/index.php?topic=7.msg{n}#msg{n}" rel="nofollow">Re: {TITLE}</a></div><span class="page_number floatright">#{post.number - 1}</span>'
            f'<div class="postinfo"><a href="{SITE}/index.php?topic=7.msg{n}#msg{n}" rel="nofollow" title="Reply #{post.number - 1} - Re: {TITLE}" '
            f'class="smalltext">{written(post, "%B %d, %Y, %I:%M:%S %p")}</a><span class="spacer"></span><span class="smalltext modified floatright mvisible" '
            f'id="modified_{n}">{modified}</span></div></div><div class="post"><div class="inner" data-msgid="{n}" id="msg_{n}">{quotes}{broken(post)}</div></div>'
            '<div class="under_message"><ul class="quickbuttons"><li><a href="#">Quote</a></li><li><a href="#">Report to moderator</a></li></ul></div></div>'
            f'<div class="moderatorbar">{signature}</div></div></div><hr class="post_separator">'
        )
    return around(f'<div id="forumposts"><form action="#" method="post" id="quickModForm">{"".join(rows)}</form></div>')


def invision(talk: Sequence[TalkPost]) -> str:
    """Invision: articles with a pane for who wrote."""
    known, rows = by_number(talk), []
    for post in talk:
        n = 100 + post.number
        quotes = "".join(
            f'<blockquote class="ipsQuote" data-ipsquote="" data-ipsquote-contentcommentid="{100 + of}" data-ipsquote-username="{known[of].handle}">'
            f'<div class="ipsQuote_citation">On {written(known[of], "%d.%m.%Y")} at {written(known[of], "%I:%M %p")}, {known[of].handle} said:</div>'
            f'<div class="ipsQuote_contents"><p>{escaped(words)}</p></div></blockquote>'
            for of, words in post.quotes
        )
        edited = (
            f'<span class="ipsType_reset ipsType_medium ipsType_light" data-excludequote><strong>Edited <time datetime="2026-03-06T09:00:05Z" '
            f'title="03/06/2026 09:00 AM">March 6, 2026</time> by {post.handle}</strong></span>'
            if post.edited
            else ""
        )
        if post.withdrawn:
            continue
        signature = (
            f'<div data-role="memberSignature" class="ipsBorder_top"><div class="ipsType_light">{SIGNATURE}</div></div>'
            if post.handle == "heron"
            else ""
        )
        rows.append(
            f'<a id="comment-{n}"></a><article id="elComment_{n}" class="cPost ipsBox ipsComment ipsComment_parent ipsClearfix ipsColumns">'
            f'<aside class="ipsComment_author cAuthorPane ipsColumn"><h3 class="ipsType_sectionHead cAuthorPane_author ipsType_blendLinks"><strong>'
            f'<a href="{SITE}/profile/{post.number}-{post.handle}/" class="ipsType_break">{post.handle}</a></strong></h3><ul class="cAuthorPane_info ipsList_reset">'
            '<li data-role="group">Members</li><li data-role="posts">1.0k posts</li></ul></aside><div class="ipsColumn ipsColumn_fluid">'
            f'<div id="comment-{n}_wrap" data-controller="core.front.core.comment" data-commentid="{n}" class="ipsComment_content ipsType_medium">'
            f'<div class="ipsComment_meta ipsType_light"><p class="ipsType_reset"><a href="{SITE}/topic/7/?do=findComment&amp;comment={n}" class="ipsType_blendLinks">'
            f'Posted <time datetime="{post.time}" title="{written(post, "%m/%d/%Y %I:%M  %p")}">{written(post, "%B %d, %Y")}</time></a></p></div>'
            f'<div class="cPost_contentWrap"><div data-role="commentContent" class="ipsType_normal ipsType_richText ipsContained">{quotes}{paragraphs(post)}'
            f'{edited}</div>{signature}<div class="ipsItemControls"><ul class="ipsComment_controls ipsClearfix"><li data-ipsquote-multiquote><a href="#">Quote</a></li>'
            "</ul></div></div></div></div></article>"
        )
    return around(
        f'<div data-role="commentFeed" class="cTopic ipsClear"><form action="#" method="post"><div>{"".join(rows)}</div></form></div>'
    )


_ALL = frozenset({"handle", "time", "quotes", "edited", "withdrawn"})

FORUMS = [
    Layout("phpBB", f"{SITE}/viewtopic.php?t=7", phpbb, _ALL),
    Layout("XenForo", f"{SITE}/threads/weir.7/", xenforo, _ALL),
    Layout("Discourse without scripts", f"{SITE}/t/weir/7", discourse, frozenset({"handle", "time", "quotes", "withdrawn"})),
    Layout("MyBB", f"{SITE}/showthread.php?tid=7", mybb, frozenset({"handle", "day", "quotes", "edited"})),
    Layout("SMF", f"{SITE}/index.php?topic=7.0", smf, frozenset({"handle", "day", "quotes", "edited"})),
    Layout("Invision", f"{SITE}/topic/7-weir/", invision, frozenset({"handle", "time", "quotes", "edited"})),
]  # fmt: skip
