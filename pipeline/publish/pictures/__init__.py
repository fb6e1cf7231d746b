"""Pictures of what a page's own records say, drawn by code: SVG without script, style or words of its own.

figures    quantities of one kind side by side: dots with their margins, or bars
positions  who stands where: voices by open questions
timeline   when things happened, to scale
history    what versions kept of one another, and how a voice's position moved
scale      where a number lies on an axis, and the round numbers along it
axis       places along an axis, and labels that do not touch

A picture is drawn from three things at least, and always stands beside the same facts in words: templates set the words
and the links, so that they wrap, are translated and can be heard. Positions are in percent of a picture's width, so
that a picture is as wide as its place, and its dots and letters as large anywhere.
"""

from typing import Final

LEAST: Final = 3
"""How many things a picture is drawn from at least."""
