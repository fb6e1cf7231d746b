"""A talk as comments show one on a page: nested or set in, under an article, a question or nothing, signed, or stated
for machines. Each layout is our own, after the structure that its program publishes."""

import json
from collections.abc import Callable, Iterator, Sequence

from tests.discussions.layouts import SITE, Layout, around, at, by_number, escaped, paragraphs, written
from tests.discussions.talk import TITLE, TalkPost

ARTICLE = "".join(
    f"<p>The Ilm has turned the wheel of the mill at kilometre {n} since the year 1{n}00, and nobody has measured what the "
    "weir lets through until the spring of this year, when five people began to read the staff every day.</p>"
    for n in range(3, 9)
)


def nested(talk: Sequence[TalkPost], show: Callable[[TalkPost, str, int], str]) -> str:
    """The posts that answer nothing, each shown with what answers it inside: `show` takes a post, its replies as they are
    shown, and how deep it stands."""

    def below(number: int | None, depth: int) -> str:
        return "".join(show(post, below(post.number, depth + 1), depth) for post in talk if post.answers == number)

    return below(None, 0)


def in_tree_order(talk: Sequence[TalkPost]) -> Iterator[tuple[TalkPost, int]]:
    """Each post behind what it answers, with how deep it stands."""

    def below(number: int | None, depth: int) -> Iterator[tuple[TalkPost, int]]:
        for post in talk:
            if post.answers == number:
                yield post, depth
                yield from below(post.number, depth + 1)

    yield from below(None, 0)


def quoted(post: TalkPost) -> str:
    """What a post quotes, nobody named."""
    return "".join(f"<blockquote><p>{escaped(words)}</p></blockquote>" for _, words in post.quotes)


def wordpress(talk: Sequence[TalkPost]) -> str:
    """WordPress: a list whose items hold their replies in a list."""

    def show(post: TalkPost, replies: str, depth: int) -> str:
        n = 100 + post.number
        children = f'<ol class="children">{replies}</ol>' if replies else ""
        words = (
            "<p><em>This comment was deleted by its author.</em></p>"
            if post.withdrawn
            else f"{quoted(post)}{paragraphs(post)}"
        )
        return (
            f'<li id="comment-{n}" class="comment {"even" if post.number % 2 else "odd alt"} thread-odd depth-{depth + 1}"><article id="div-comment-{n}" '
            f'class="comment-body"><footer class="comment-meta"><div class="comment-author vcard"><img alt="" src="/a.png" class="avatar photo">'
            f'<b class="fn"><a href="https://{post.handle}.example" rel="external nofollow ugc" class="url">{post.author}</a></b> <span class="says">says:</span>'
            f'</div><div class="comment-metadata"><a href="https://ilm.example/weir/#comment-{n}"><time datetime="{post.time.replace("Z", "+00:00")}">'
            f'{written(post, "%B %d, %Y at %I:%M %p")}</time></a></div></footer><div class="comment-content">{words}</div><div class="reply">'
            f'<a rel="nofollow" class="comment-reply-link" href="#comment-{n}">Reply</a></div></article>{children}</li>'
        )

    return around(
        f'<article class="post"><h2 class="entry-title">The weir of the Ilm</h2><p class=byline>By Fritz Feder, 28 February 2026</p>{ARTICLE}</article>'
        f'<div id="comments" class="comments-area"><h2 class="comments-title">33 thoughts on the weir</h2><ol class="comment-list">{nested(talk, show)}</ol>'
        '<div id="respond" class="comment-respond"><h3>Leave a Reply</h3><form><textarea></textarea></form></div></div>'
    )


def drupal(talk: Sequence[TalkPost]) -> str:
    """Drupal: replies stand behind what they answer, in an element of their own."""

    def show(post: TalkPost, replies: str, depth: int) -> str:
        n = 100 + post.number
        gone = post.withdrawn
        return (
            f'<a id="comment-{n}"></a><article data-comment-user-id="{post.number}" class="comment js-comment"><footer class="comment__meta">'
            f'<p class="comment__submitted">Submitted by <span class="username">{post.handle}</span> on {written(post, "%a, %m/%d/%Y - %H:%M")}'
            f' <time datetime="{post.time}"></time></p>'
            + (
                f'<p class="parent visually-hidden">In reply to <a href="/comment/{100 + post.answers}#comment-{100 + post.answers}" class="permalink">an earlier one</a></p>'
                if post.answers
                else ""
            )
            + f'</footer><div class="content"><div class="field field--name-comment-body">{"<p>[deleted]</p>" if gone else quoted(post) + paragraphs(post)}</div>'
            f'<ul class="links inline"><li class="comment-reply"><a href="/comment/reply/{n}">reply</a></li></ul></div></article>'
            + (f'<div class="indented">{replies}</div>' if replies else "")
        )

    return around(
        f'<article class="node"><h2>The weir of the Ilm</h2>{ARTICLE}</article><section class="comments"><h2>Comments</h2>{nested(talk, show)}</section>'
    )


def rows(talk: Sequence[TalkPost]) -> str:
    """Rows of a table, set in by an empty picture."""
    shown = "".join(
        f'<tr class="athing comtr" id="{4000 + post.number}"><td><table border="0"><tr><td class="ind" indent="{depth}"><img src="s.gif" height="1" '
        f'width="{40 * depth}"></td><td class="votelinks"><a id="up_{4000 + post.number}" href="vote?id={4000 + post.number}"><div class="votearrow" title="upvote">'
        f'</div></a></td><td class="default"><div style="margin-top:2px"><span class="comhead"><a href="user?id={post.handle}" class="hnuser">{post.handle}</a> '
        f'<span class="age" title="{post.time[:-1]} {int(at(post).timestamp())}"><a href="item?id={4000 + post.number}">3 hours ago</a></span> <span class="navs">'
        f'{f" | <a href=#{4000 + post.answers}>parent</a>" if depth else ""} | <a href="#4002">next</a></span></span></div><br><div class="comment"><div class="commtext c00">'
        f'{"".join(f"&gt; {escaped(words)}<p>" for _, words in post.quotes)}{"<p>".join(map(escaped, post.said))}</div><div class="reply"><p><font size="1"><u>'
        f'<a href="reply?id={4000 + post.number}">reply</a></u></font></div></div></td></tr></table></td></tr>'
        for post, depth in in_tree_order(talk)
        if not post.withdrawn
    )
    return (
        f'<html lang="en"><head><title>{TITLE} | River News</title></head><body><center><table id="hnmain"><tr><td><b>River News</b> <a href="new">new</a></td></tr>'
        f'<tr><td><table class="fatitem"><tr class="athing submission" id="4000"><td class="title"><span class="titleline"><a href="https://ilm.example/weir">{TITLE}'
        '</a></span></td></tr><tr><td class="subtext"><span class="score">80 points</span> by <a href="user?id=x" class="hnuser">x</a> <span class="age">'
        f'<a href="item?id=4000">5 hours ago</a></span></td></tr></table><table class="comment-tree">{shown}</table></td></tr></table></center></body></html>'
    )


def issue(talk: Sequence[TalkPost]) -> str:
    """An issue with its comments on a timeline."""
    shown = "".join(
        f'<div class="TimelineItem js-comment-container"><div class="timeline-comment-group TimelineItem-body" id="issuecomment-{100 + post.number}"><div '
        f'class="timeline-comment comment"><div class="timeline-comment-header"><div class="timeline-comment-actions"><details><summary>…</summary></details></div>'
        f'<h3 class="f5"><strong><a class="author" href="/{post.handle}">{post.handle}</a></strong> commented <a href="#issuecomment-{100 + post.number}" '
        f'class="Link--secondary js-timestamp"><relative-time datetime="{post.time}">{written(post, "%b %d, %Y")}</relative-time></a>'
        f'{" <span class=js-comment-edit-history><details><summary>• edited</summary></details></span>" if post.edited else ""}</h3></div><div class="edit-comment-hide">'
        f'<table class="d-block"><tbody><tr><td class="d-block comment-body markdown-body js-comment-body">{quoted(post)}{paragraphs(post)}</td></tr></tbody></table>'
        '<div class="comment-reactions"><button>👍 2</button></div></div></div></div></div>'
        for post in talk
        if not post.withdrawn
    )
    return around(f'<div class="js-discussion">{shown}</div>')


def mails(talk: Sequence[TalkPost]) -> str:
    """The mails of a thread on one page."""
    shown = "".join(
        f'<div class="email" id="msg-{post.number}"><div id="EMAIL{post.number}" class="email-header"><div class="email-author"><h2 class="name">'
        f'<a href="https://lists.ilm.example/users/{post.number}/">{post.author}</a></h2></div><div class="email-date right"><span class="time"><a href="'
        f'https://lists.ilm.example/message/{post.number}" title="Sender\'s time: {written(post, "%B %d, %Y, %I:%M:%S %p")}">{written(post, "%d %b %Y")}</a></span>'
        f'</div></div><div class="email-body">{quoted(post)}{paragraphs(post)}</div><div class="email-info"><ul><li><a class="reply" href="#">Reply</a></li></ul></div></div>'
        for post in talk
        if not post.withdrawn
    )
    return around(f'<section id="thread-content">{shown}</section>')


def old_reddit(talk: Sequence[TalkPost]) -> str:
    """Entries with votes that hold their replies."""

    def show(post: TalkPost, replies: str, depth: int) -> str:
        n = f"t1_c{post.number}"
        who = (
            "<em>[deleted]</em>"
            if post.withdrawn
            else f'<a href="https://old.reddit.example/user/{post.handle}" class="author may-blank">{post.handle}</a>'
        )
        edited = (
            '<time class="edited-timestamp" title="last edited 2 days ago" datetime="2026-03-06T09:00:05+00:00">*</time>'
            if post.edited
            else ""
        )
        words = "<p>[removed]</p>" if post.withdrawn else f"{quoted(post)}{paragraphs(post)}"
        return (
            f'<div class="thing id-{n} noncollapsed comment" id="thing_{n}" data-fullname="{n}" data-type="comment"><p class="parent"><a name="c{post.number}"></a></p>'
            f'<div class="entry unvoted"><p class="tagline"><a href="javascript:void(0)" class="expand">[–]</a>{who} <span class="score unvoted" title="3">3 points</span> '
            f'<time title="{written(post, "%a %b %d %H:%M:%S %Y")} UTC" datetime="{post.time.replace("Z", "+00:00")}" class="live-timestamp">1 month ago</time>{edited} '
            f'<a href="javascript:void(0)" class="numchildren">(2 children)</a></p><form action="#" class="usertext"><div class="usertext-body may-blank-within">'
            f'<div class="md">{words}</div></div></form><ul class="flat-list buttons"><li class="first"><a href="/r/ilm/comments/7/weir/c{post.number}/" class="bylink">permalink'
            f'</a></li><li><a href="#">save</a></li><li><a href="#">parent</a></li></ul></div><div class="child"><div class="sitetable listing">{replies}</div></div></div>'
        )

    return around(
        f'<div class="sitetable linklisting"><div class="thing id-t3_7 link self" id="thing_t3_7"><div class="entry"><p class="title"><a class="title" href="/r/ilm/comments/7/weir/">'
        f'{TITLE}</a></p></div></div></div><div class="commentarea"><div class="sitetable nestedlisting">{nested(talk, show)}</div></div>'
    )


def questions(talk: Sequence[TalkPost]) -> str:
    """A question, its answers, and comments on each."""
    known = by_number(talk)

    def root(post: TalkPost) -> int:
        while post.answers not in (None, 1):
            post = known[post.answers]
        return post.number

    def user(post: TalkPost) -> str:
        return (
            f'<div class="post-signature"><div class="user-info"><div class="user-action-time">answered <span title="{post.time.replace("T", " ")}" class="relativetime">'
            f'Mar {at(post).day} at 10:00</span></div><div class="user-details" itemprop="author" itemscope itemtype="http://schema.org/Person"><a href="/users/{post.number}/'
            f'{post.handle}">{post.handle}</a><span class="d-none" itemprop="name">{post.handle}</span><div class="-flair"><span class="reputation-score">1,024</span></div></div></div></div>'
        )

    def comments(number: int) -> str:
        below = [
            post
            for post in talk
            if post.number not in (1, number) and post.answers != 1 and root(post) == number and not post.withdrawn
        ]
        shown = "".join(
            f'<li id="comment-{post.number}" class="comment js-comment" data-comment-id="{post.number}"><div class="comment-score"></div><div class="comment-text"><div class="comment-body">'
            f'<span class="comment-copy">{quoted(post)}{paragraphs(post)}</span>&ndash;&nbsp;<a href="/users/{post.number}/{post.handle}" class="comment-user">{post.handle}</a>'
            f'<span class="comment-date"><a class="comment-link" href="#comment{post.number}_7"><span title="{post.time.replace("T", " ")}, License: CC BY-SA 4.0" class="relativetime-clean">'
            f"Mar {at(post).day} at 10:00</span></a></span>{'<span title=edited class=comment-edited>edited</span>' if post.edited else ''}</div></div></li>"
            for post in below
        )
        return (
            f'<div class="comments js-comments-container"><ul class="comments-list">{shown}</ul></div>' if below else ""
        )

    first = known[1]
    answers = "".join(
        f'<div id="answer-{post.number}" class="answer js-answer" data-answerid="{post.number}" itemprop="suggestedAnswer" itemscope itemtype="https://schema.org/Answer">'
        f'<div class="post-layout"><div class="votecell"><div class="js-vote-count" itemprop="upvoteCount">{post.number}</div></div><div class="answercell"><div class="s-prose js-post-body" '
        f'itemprop="text">{quoted(post)}{paragraphs(post)}</div><time itemprop="dateCreated" datetime="{post.time[:-1]}"></time><a href="/a/{post.number}" class="js-share-link" itemprop="url">Share'
        f"</a>{user(post)}</div>{comments(post.number)}</div></div>"
        for post in talk
        if post.answers == 1 and not post.withdrawn
    )
    return around(
        f'<div itemscope itemtype="https://schema.org/QAPage"><div id="content" itemprop="mainEntity" itemscope itemtype="https://schema.org/Question"><div id="question" class="question js-question" '
        f'data-questionid="7"><div class="post-layout"><div class="postcell"><div class="s-prose js-post-body" itemprop="text">{paragraphs(first)}</div><time itemprop="dateCreated" datetime="{first.time[:-1]}">'
        f'</time>{user(first)}</div></div></div><div id="answers"><h2>9 Answers</h2>{answers}</div></div></div>'
    )


def talk_page(talk: Sequence[TalkPost]) -> str:
    """A page of a wiki, where everybody signs."""

    def show(post: TalkPost, replies: str, depth: int) -> str:
        name = post.handle.replace("_", " ").capitalize()
        signature = (
            f'<a href="/wiki/User:{post.handle}" title="User:{name}">{post.author}</a> (<a href="/wiki/User_talk:{post.handle}" title="User talk:{name}">talk</a>) '
            f"{written(post, '%H:%M')}, {at(post).day} March 2026 (UTC)"
        )
        own = (
            "".join(f"<p>{escaped(each)}</p>" for each in post.said[:-1])
            if not depth
            else escaped(post.said[0]) + "<br>"
        )
        last = f"{escaped(post.said[-1])} — {signature}"
        words = f"{quoted(post)}{own}<p>{last}</p>" if not depth else f"{quoted(post)}{own}{last}"
        below = f"<dl>{replies}</dl>" if replies else ""
        if post.withdrawn:
            return f"<dd>{below}</dd>"
        return f"{words}{below}" if not depth else f"<dd>{words}{below}</dd>"

    return around(
        f'<div class="mw-parser-output"><h2><span class="mw-headline">{TITLE}</span></h2>{nested(talk, show)}</div>',
        title=f"Talk:{TITLE}",
    )


def nodebb(talk: Sequence[TalkPost]) -> str:
    """NodeBB: items that state who and when by attributes."""
    shown = "".join(
        f'<li component="post" class="posts-list-item" data-index="{post.number - 1}" data-pid="{100 + post.number}" data-username="{post.handle}" itemprop="comment" itemscope '
        f'itemtype="http://schema.org/Comment"><a component="post/anchor" data-index="{post.number - 1}" id="{post.number - 1}"></a><meta itemprop="datePublished" content="{post.time}">'
        f'<meta itemprop="dateModified" content="{"2026-03-06T09:00:05Z" if post.edited else ""}"><div class="post-header"><strong><a href="/user/{post.handle}" itemprop="author" '
        f'data-username="{post.handle}">{post.handle}</a></strong> <a class="permalink" href="/post/{100 + post.number}"><span class="timeago" title="{post.time}"></span></a>'
        f'{"<span component=post/edit-indicator class=edit-icon>last edited by " + post.handle + "</span>" if post.edited else ""}</div><div class="content" component="post/content" '
        f'itemprop="text">{"".join(f"<p>@{by_number(talk)[of].handle} said:</p><blockquote><p>{escaped(words)}</p></blockquote>" for of, words in post.quotes)}{paragraphs(post)}</div>'
        '<div class="post-footer"><a component="post/reply" href="#">Reply</a> <a component="post/quote" href="#">Quote</a> <span class="votes">2</span></div></li>'
        for post in talk
        if not post.withdrawn
    )
    return around(f'<ul component="topic" class="posts" data-tid="7">{shown}</ul>')


def microformats(talk: Sequence[TalkPost]) -> str:
    """Replies under a note, as sites of one's own show them."""
    shown = "".join(
        f'<li class="u-comment h-cite" id="reply-{post.number}"><a class="u-author h-card" href="https://{post.handle}.example/">{post.author}</a> <a class="u-url" '
        f'href="#reply-{post.number}"><time class="dt-published" datetime="{post.time}">{written(post, "%d %b")}</time></a><div class="e-content p-name">{quoted(post)}'
        f"{paragraphs(post)}</div></li>"
        for post in talk
        if not post.withdrawn
    )
    return around(
        f'<article class="h-entry"><div class="e-content">{ARTICLE}</div><section><h2>Replies</h2><ul>{shown}</ul></section></article>'
    )


def stated(talk: Sequence[TalkPost]) -> str:
    """A page that a script makes, and that states its thread for machines."""

    def thing(post: TalkPost) -> dict[str, object]:
        return {
            "@type": "Comment" if post.number > 1 else "DiscussionForumPosting",
            "@id": f"{SITE}/d/7#post-{post.number}",
            "url": f"{SITE}/d/7#post-{post.number}",
            "author": {"@type": "Person", "name": post.author, "alternateName": post.handle},
            "datePublished": post.time,
            **({"dateModified": "2026-03-06T09:00:05Z"} if post.edited else {}),
            "text": "\n\n".join([*(f"> {words}" for _, words in post.quotes), *post.said]),
            "comment": [thing(reply) for reply in talk if reply.answers == post.number and not reply.withdrawn],
        }

    found = {"@context": "https://schema.org", **thing(talk[0]), "headline": TITLE}
    found["comment"] = [*found["comment"], *(thing(post) for post in talk if post.answers == 17)]
    return around('<div id="app"></div>', head=f'<script type="application/ld+json">{json.dumps(found)}</script>')


def lists(talk: Sequence[TalkPost]) -> str:
    """Lists in lists, without a name for anything."""

    def show(post: TalkPost, replies: str, depth: int) -> str:
        words = "<p>[deleted]</p>" if post.withdrawn else f"{quoted(post)}{paragraphs(post)}"
        return (
            f"<li><div><a href=/people/{post.handle}>{post.author}</a> <small>{written(post, '%d.%m.%Y %H:%M')}</small></div>{words}"
            f"<ul>{replies}</ul></li>"
            if replies
            else f"<li><div><a href=/people/{post.handle}>{post.author}</a> <small>{written(post, '%d.%m.%Y %H:%M')}</small></div>{words}</li>"
        )

    return around(f"<ul>{nested(talk, show)}</ul>")


_NESTED = frozenset({"answers", "quotes"})

COMMENTS = [
    Layout("WordPress", "https://ilm.example/weir/", wordpress, _NESTED | {"name", "time", "withdrawn"}, is_article=True),
    Layout("Drupal", "https://ilm.example/node/7", drupal, _NESTED | {"handle", "time", "withdrawn"}, is_article=True),
    Layout("rows", "https://news.ilm.example/item?id=4000", rows, frozenset({"handle", "time", "answers"})),
    Layout("issue", "https://code.ilm.example/weir/issues/7", issue, frozenset({"handle", "time", "quotes", "edited"})),
    Layout("mails", "https://lists.ilm.example/thread/7/", mails, frozenset({"name", "day", "quotes"})),
    Layout("old Reddit", "https://old.reddit.example/r/ilm/comments/7/weir/", old_reddit, _NESTED | {"handle", "time", "edited", "withdrawn"}),
    Layout("questions", "https://ask.ilm.example/questions/7/weir", questions, frozenset({"handle", "time", "quotes", "edited"})),
    Layout("talk page", "https://wiki.ilm.example/wiki/Talk:Weir", talk_page, frozenset({"name", "day", "answers", "quotes"})),
    Layout("NodeBB", f"{SITE}/topic/7/weir", nodebb, frozenset({"handle", "time", "quotes", "edited"})),
    Layout("microformats", "https://ilm.example/notes/7", microformats, frozenset({"name", "time", "quotes"}), is_article=True),
    Layout("stated", f"{SITE}/d/7", stated, frozenset({"name", "handle", "time", "edited", "quotes"})),
    Layout("lists", "https://ilm.example/p/7", lists, _NESTED | {"name", "handle", "day", "withdrawn"}),
]  # fmt: skip
