"""The text of a PDF, by the places of its letters.

text    the door: the file is read by a program apart
pages   that program
layout  from lines to paragraphs: furniture, headings, columns, footnotes
"""
