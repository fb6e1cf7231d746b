"""Pages that repeat a name, a time and some words, and are no discussion: of our own, as sites of their kind show them."""

PEOPLE = ["Ann Rivers", "Otto Mill", "Grete Pegel", "Hari Heron", "Lotte Lock", "Ewan Eel"]
SUBJECTS = [
    "The weir is opened",
    "A ladder for eels",
    "What the staff says",
    "The lock is shut",
    "Boats at the mill",
    "A dry spring",
]
WORDS = [
    "The board met on Monday and could not agree on how far the gate is to be opened in a dry spring.",
    "Eels pass the ladder at night, and the keeper counts them with a lamp and a notebook until June.",
    "Forty litres a second came over the crest, which is less than the mill was promised in the contract.",
    "The lock stays shut until the frost is over, and barges wait in the tail pool below the footbridge.",
    "Seven boats were moored at the old mill when the water rose, and none of them was damaged by it.",
    "No rain fell for thirty days, and the staff at the upper gate shows the lowest reading since 1976.",
]


def _page(title: str, body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title} - The Ilm Lantern</title>{head}</head><body><nav><a href=/>Home</a> "
        f"<a href=/news>News</a> <a href=/sport>Sport</a> <a href=/about>About us</a></nav><main><h1>{title}</h1>{body}</main><footer>The Ilm Lantern</footer></body></html>"
    )


def _each(form: str, **more: list[str]) -> str:
    shown = []
    for n, (who, what, words) in enumerate(zip(PEOPLE, SUBJECTS, WORDS, strict=True)):
        given = {
            "n": n + 1,
            "who": who,
            "slug": who.lower().replace(" ", "-"),
            "what": what,
            "words": words,
            "day": f"{n + 2} March 2026",
        }
        shown.append(
            form.format(
                **given, iso=f"2026-03-{n + 2:02}T09:00:00Z", **{key: values[n] for key, values in more.items()}
            )
        )
    return "".join(shown)


PAGES = {
    "teasers": _page("News of the river", _each(
        '<article class="teaser"><h2><a href="/news/{n}-weir">{what}</a></h2><p class="byline">By <a href="/authors/{slug}">{who}</a>, <time datetime="{iso}">{day}</time></p><p>{words}</p></article>')),
    "teasers without headings": _page("News of the river", _each(
        '<div class="item"><a href="/news/{n}-weir"><b>{what} on the Ilm</b></a><p>{words}</p><span>{who}, {day}</span></div>')),
    "teasers that invite": _page("News of the river", _each(
        '<div class="post"><p class="author">{who} on {day}</p><p>{words}</p><a href="/news/{n}">Read more</a></div>')),
    "blog": _page("The keeper's blog", _each(
        '<article class="post hentry"><h2 class="entry-title"><a href="/{n}/weir">{what}</a></h2><div class="entry-meta">Posted by <span class="author vcard"><a class="url fn n" href="/author/{slug}">{who}</a></span> on '
        '<time class="published" datetime="{iso}">{day}</time></div><div class="entry-content"><p>{words}</p><p>{words}</p></div><footer><a href="/{n}/weir#comments">3 comments</a></footer></article>')),
    "related articles": _page("The weir is opened", f"<p>By Fritz Feder, 5 March 2026</p>{''.join(f'<p>{words} {words}</p>' for words in WORDS)}<section class=related><h2>Related</h2>" + _each(
        '<div class="card"><h3><a href="/news/{n}">{what}</a></h3><span class="author">{who}</span> <time datetime="{iso}">{day}</time><p>{words}</p></div>') + "</section>"),
    "products": _page("Lamps for keepers", _each(
        '<li class="product"><h3>{what} lamp</h3><span class="vendor">by {who}</span> <span class="date">since {day}</span><p>{words}</p><span class="price">€ {n}9.00</span><button>Add to cart</button></li>')),
    "products without names": _page("Lamps for keepers", _each(
        '<div class="box"><b>{who}</b> <i>{day}</i><p>{words}</p><b>$ {n}9.00</b></div>')),
    "search results": _page("Search: weir", _each(
        '<div class="result"><a href="/news/{n}" class="title">{what}</a><cite>lantern.example › news</cite><p><span class="author">{who}</span> · {day} — {words}</p></div>')),
    "topics of a forum": _page("River Forum", _each(
        '<li class="row"><dl class="topic"><dt><a href="/viewtopic.php?t={n}" class="topictitle">{what}</a><br>by <a href="/u/{slug}" class="username">{who}</a> » <time datetime="{iso}">{day}</time></dt>'
        '<dd class="posts">{n}2 replies</dd><dd class="lastpost">{words}</dd></dl></li>')),
    "authors": _page("Who we are", _each(
        '<div class="author-card"><h3><a href="/authors/{slug}">{who}</a></h3><p>Since <time datetime="{iso}">{day}</time></p><p>{who} writes about the river. {words}</p></div>')),
    "authors without names": _page("Who we are", _each(
        '<div><h3><a href="/people/{slug}">{who}</a></h3><span>{day}</span><p>{bio}</p></div>',
        bio=[f"{who.split()[0]} has written for the paper for years. {words}" for who, words in zip(PEOPLE, WORDS, strict=True)])),
    "events": _page("What is on", _each(
        '<div class="vevent"><h3 class="summary"><a href="/events/{n}">{what}</a></h3><span class="organizer">{who}</span> <time datetime="2027-03-0{n}T19:00:00Z">{n} March 2027</time><p>{words}</p></div>')),
    "events to come": _page("What is on", _each(
        '<div class="row"><a href="/people/{slug}">{who}</a>, {n} March 2027<p>{words}</p></div>')),
    "live blog": _page("Flood on the Ilm – live", _each(
        '<div class="liveblog-entry" id="e{n}"><time datetime="{iso}">{day} 09:0{n}</time> <span class="author">{who}</span><h3>{what}</h3><p>{words}</p></div>')),
    "live blog without names": _page("Live: flood on the Ilm", _each(
        '<div class="b" id="e{n}"><p><a href="/people/{slug}">{who}</a> {day} 09:0{n}</p><p>{words}</p></div>')),
    "live blog of one": _page("Flood on the Ilm", _each(
        '<div class="b" id="e{n}"><p><a href="/people/fritz-feder">Fritz Feder</a> {day} 09:0{n}</p><p>{words}</p></div>')),
    "letters": _page("Letters to the editor", _each(
        '<div class="letter"><h3>{what}</h3><p>{words}</p><p class="author">{who}, Ilmstadt, {day}</p></div>')),
    "letters without dates": _page("Letters", _each('<div><h3>{what}</h3><p>{words}</p><p><b>{who}</b>, Ilmstadt</p></div>')),
    "reviews": _page("A lamp for keepers", _each(
        '<div class="review" itemprop="review" itemscope itemtype="https://schema.org/Review"><span itemprop="author">{who}</span> <time itemprop="datePublished" datetime="{iso}">{day}</time><p itemprop="reviewBody">{words}</p></div>')),
    "questions often asked": _page("Questions", '<div itemscope itemtype="https://schema.org/FAQPage">' + _each(
        '<div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question"><h3 itemprop="name">{what}?</h3><div itemprop="acceptedAnswer" itemscope itemtype="https://schema.org/Answer"><p itemprop="text">{words}</p></div></div>') + "</div>"),
    "releases": _page("Releases", _each(
        '<section><h2>1.{n}.0</h2><p><a href="/u/keeper">keeper</a> released this on {day}</p><ul><li>{words}</li></ul></section>')),
    "tweets in an article": _page("What they say", "".join(f"<p>{words} {words}</p>" for words in WORDS) + _each(
        '<blockquote class="twitter-tweet"><p>{words}</p>&mdash; {who} (@{slug}) <a href="https://twitter.com/{slug}/status/{n}">{day}</a></blockquote>')),
    "table of figures": _page("Readings", "<table><tr><th>Who</th><th>When</th><th>Flow</th></tr>" + _each(
        '<tr><td>{who}</td><td>{day}</td><td>{n}4 litres</td></tr>') + "</table>"),
    "single comment": _page("The weir is opened", f"<article>{''.join(f'<p>{words} {words}</p>' for words in WORDS)}</article><ol class=comment-list><li class=comment id=comment-1><b class=fn>Otto Mill</b> "
        '<time datetime="2026-03-02T09:00:00Z">2 March 2026</time><div class="comment-content"><p>I have never seen it open in March, and I live beside it.</p></div></li></ol>'),
}  # fmt: skip
"""Each by what it is."""
