"""A talk as three generations of one forum program show it."""

from collections.abc import Sequence

from tests.discussions.layouts import SIGNATURE, SITE, Layout, around, at, broken, by_number, escaped, written
from tests.discussions.talk import TITLE, TalkPost


def vbulletin3(talk: Sequence[TalkPost]) -> str:
    """vBulletin 3: a table for each post, the time in its head."""
    known, rows = by_number(talk), []
    for post in talk:
        n = 100 + post.number
        quotes = "".join(
            '<div style="margin:20px; margin-top:5px"><div class="smallfont" style="margin-bottom:2px">Quote:</div>'
            '<table cellpadding="6" border="0" width="100%"><tr><td class="alt2" style="border:1px inset"><div>Originally Posted by '
            f'<strong>{known[of].handle}</strong> <a href="showthread.php?p={100 + of}#post{100 + of}"><img class="inlineimg" '
            f'src="v.gif" alt="View Post"></a></div><div style="font-style:italic">{escaped(words)}</div></td></tr></table></div>'
            for of, words in post.quotes
        )
        edited = (
            f'<div class="smallfont"><hr size="1"><em>Last edited by {post.handle}; 6th March 2026 at <span class="time">09:00 AM</span>.</em></div>'
            if post.edited
            else ""
        )
        signature = f"<div>__________________<br>{SIGNATURE}</div>" if post.handle == "heron" else ""
        if post.withdrawn:
            continue
        day = at(post).day
        rows.append(
            f'<div id="edit{n}" style="padding:0px"><table id="post{n}" class="tborder" cellpadding="6" width="100%" align="center">'
            f'<tr><td class="thead" style="font-weight:normal"><div class="normal" style="float:right">#<a href="showpost.php?p={n}" '
            f'rel="nofollow" id="postcount{n}" name="{post.number}"><strong>{post.number}</strong></a></div><div class="normal">'
            f'<a name="post{n}"><img src="old.gif" alt="Old"></a>{day}{"st" if day == 1 else "th"} March 2026, {written(post, "%I:%M %p")}</div></td></tr>'
            f'<tr><td class="alt2" style="padding:0px"><table width="100%"><tr><td nowrap><div id="postmenu_{n}"><a class="bigusername" '
            f'href="member.php?u={post.number}">{post.handle}</a></div><div class="smallfont">Senior Member</div></td><td width="100%">&nbsp;</td>'
            '<td valign="top" nowrap><div class="smallfont"><div>Join Date: May 2019</div><div>Location: Ilm</div><div>Posts: 1,024</div></div></td>'
            f'</tr></table></td></tr><tr><td class="alt1" id="td_post_{n}"><div class="smallfont"><img src="i.gif" alt="Default"> '
            f'<strong>Re: {TITLE}</strong></div><hr size="1"><div id="post_message_{n}">{quotes}{broken(post)}</div>{signature}{edited}'
            f'<div align="right"><a href="newreply.php?do=newreply&amp;p={n}" rel="nofollow"><img src="quote.gif" alt="Reply With Quote"></a></div>'
            "</td></tr></table></div><br>"
        )
    return around(f'<div id="posts">{"".join(rows)}</div>')


def vbulletin4(talk: Sequence[TalkPost]) -> str:
    """vBulletin 4: list items with a head of their own."""
    known, rows = by_number(talk), []
    for post in talk:
        n = 100 + post.number
        quotes = "".join(
            '<div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container"><div class="bbcode_quote_container"></div>'
            f'<div class="bbcode_postedby"><img src="q.png" alt="Quote"> Originally Posted by <strong>{known[of].handle}</strong> '
            f'<a href="showthread.php?p={100 + of}#post{100 + of}"><img src="v.png" alt="View Post"></a></div><div class="message">'
            f"{escaped(words)}</div></div></div></div>"
            for of, words in post.quotes
        )
        edited = (
            f'<blockquote class="postcontent lastedited">Last edited by {post.handle}; 03-06-2026 at <span class="time">09:00 AM</span>.</blockquote>'
            if post.edited
            else ""
        )
        if post.withdrawn:
            rows.append(
                f'<li class="postbitdeleted postbitim" id="post_{n}"><div class="posthead"><span class="postdate old"><span class="date">'
                f'{written(post, "%d.%m.%Y")}, <span class="time">{written(post, "%H:%M")}</span></span></span></div><div class="userinfo">'
                f'<strong>{post.handle}</strong></div><div class="deletedmsg">This message has been deleted by {post.handle}.</div></li>'
            )
            continue
        rows.append(
            f'<li class="postbitlegacy postbitim postcontainer old" id="post_{n}"><div class="posthead"><span class="postdate old">'
            f'<span class="date">{written(post, "%d.%m.%Y")},&nbsp;<span class="time">{written(post, "%H:%M")}</span></span></span>'
            f'<span class="nodecontrols"><a name="post{n}" href="showthread.php?7&amp;p={n}#post{n}" class="postcounter">#{post.number}</a></span></div>'
            f'<div class="postdetails"><div class="userinfo"><div class="username_container"><div class="popupmenu memberaction"><a class="username '
            f'offline popupctrl" href="member.php?{post.number}-{post.handle}" title="{post.handle} is offline"><strong>{post.handle}</strong></a>'
            f'<ul class="popupbody"><li class="left"><a href="member.php?{post.number}">View Profile</a></li><li class="right"><a href="search.php?u=1">'
            'View Forum Posts</a></li></ul></div></div><span class="usertitle">Senior Member</span><dl class="userinfo_extra"><dt>Join Date</dt>'
            f'<dd>Mai 2019</dd><dt>Posts</dt><dd>1.024</dd></dl></div><div class="postbody"><div class="postrow has_after_content">'
            f'<h2 class="title icon">Re: {TITLE}</h2><div class="content"><div id="post_message_{n}"><blockquote class="postcontent restore">'
            f'{quotes}{broken(post)}</blockquote></div></div></div><div class="after_content">{edited}</div></div></div><div class="postfoot">'
            f'<div class="textcontrols floatcontainer"><span class="postcontrols"><a class="newreply" href="newreply.php?p={n}" rel="nofollow">'
            "Reply With Quote</a></span></div></div></li>"
        )
    return around(
        f'<div id="postlist" class="postlist restrain"><ol id="posts" class="posts">{"".join(rows)}</ol></div>',
        lang="de",
    )


def vbulletin5(talk: Sequence[TalkPost]) -> str:
    """vBulletin 5: list items that state who and when by attributes."""
    rows = []
    for post in talk:
        n = 100 + post.number
        if post.withdrawn:
            continue
        rows.append(
            f'<li data-node-id="{n}" class="b-post b-post--first js-post js-comment-entry__parent" itemprop="comment" itemscope '
            f'itemtype="http://schema.org/Comment"><a name="post{n}" class="anchor"></a><hr class="b-divider"><div class="l-row l-row__fixed--left">'
            f'<div class="b-userinfo b-userinfo--v" itemprop="author" itemscope itemtype="http://schema.org/Person"><div class="author h-text-size--14">'
            f'<strong><a href="/member/{post.number}-{post.handle}" itemprop="url"><span itemprop="name">{post.handle}</span></a></strong></div>'
            '<ul class="b-userinfo__details"><li>Join Date: May 2019</li><li>Posts: 1024</li></ul></div><div class="b-post__body h-padding">'
            f'<div class="b-post__timestamp"><time itemprop="dateCreated" datetime="{post.time}">{written(post, "%m-%d-%Y, %I:%M %p")}</time></div>'
            f'<a href="/forum/7#post{n}" class="b-post__count js-show-post-link">#{post.number}</a><h2 class="b-post__title js-post-title"></h2>'
            f'<div class="js-post__content-text OLD__post-content-text" itemprop="text">{broken(post)}</div>'
            f"{'<div class=b-post__edit-note>Last edited by ' + post.handle + '; 03-06-2026, 09:00 AM.</div>' if post.edited else ''}"
            '<ul class="b-post-control__panel"><li><a href="#">Like</a></li><li><a href="#">Comment</a></li></ul></div></div></li>'
        )
    return around(f'<ul class="conversation-list list-container h-clearfix thread-view">{"".join(rows)}</ul>')


VBULLETIN = [
    Layout("vBulletin 3", f"{SITE}/showthread.php?t=7", vbulletin3, frozenset({"handle", "day", "quotes", "edited"})),
    Layout("vBulletin 4", f"{SITE}/showthread.php?7-weir", vbulletin4, frozenset({"handle", "day", "quotes", "edited", "withdrawn"})),
    Layout("vBulletin 5", f"{SITE}/forum/7-weir", vbulletin5, frozenset({"handle", "time", "edited"})),
]  # fmt: skip
