"""Stored versions become the site: HTML, Markdown, JSON and Atom. Pure until the last step, which writes.

library        everything a site shows, as plain records, and where a page gets them
cast           who is who: a voice by any of its names
citations      a page's citations: [n] behind a sentence, and the exact words behind each [n]
diff           what changed between two versions, by section, sentence and word
discussion     a discussion as its item's page shows it: post by post
reading_time   how long a page takes to read
pictures       pictures of what a page's records say: figures, positions, time, versions
catalogue      the words that pages say themselves, by language; they are in `locale/`
stored_words   the English words of records that pages show, for the catalogues
page_language  dates, figures and lists as the language of a page writes them
marking        the language and the direction of text that is not in its page's
render         fills the templates, which are in `templates/`
formats        JSON and Markdown for other programs, and the schemas of the JSON, which are in `schema/`
topics         what items are about, and which of it has a page
site           library -> units: files that are made together, each with a digest of all that decides them
basis          what decides a site, and what is known of its items from the one that stands
write          units -> a folder: unchanged files are linked, and the new site replaces the old one in one step
search_index   the index that a reader's browser searches
"""
