"""Sentences addressed to a language model instead of a reader.

A flag, not a defence: against a model that obeys, the design relies on one article a question, no tools, and ids and
links set by code. The flag keeps such sentences out of what the page is written from. A test on public articles holds
its false alarms to 2 in 100.
"""

import re
from functools import lru_cache

_MODEL = r"(?:AIs?|A\.I\.|(?:large )?language models?|LLMs?|chat ?bots?|assistants?|summari[sz]ers?)"
_ORDER = r"(?:ignore|disregard|forget|override|bypass)"
_WHAT = r"(?:instructions?|prompts?|rules|sources|directions|guidelines|context)"
_MUST = r"(?:must|should|shall|please|will|do not|never|say|state|output)"
_READING = r"(?:reading|processing|summari[sz]ing|analy[sz]ing)"
_PATTERNS = [
    rf"\b{_ORDER}\b.{{0,40}}\b(?:previous|prior|above|earlier|all|any|other|your|system)\b.{{0,30}}\b{_WHAT}\b",
    rf"\b(?:note|message|instructions?|attention|notice)\s+(?:to|for)\s+(?:any |all |the )?{_MODEL}\b",
    rf"\b(?:if you are|as|you are)\s+(?:an?|the)\s+{_MODEL}\b.{{0,80}}\b{_MUST}\b",
    rf"\b(?:any|all|dear)\s+{_MODEL}\s+(?:systems?|agents?|models?)?.{{0,20}}\b{_READING}\b.{{0,20}}\bthis\b",
    r"\b(?:system|developer|hidden)\s+(?:prompt|message|instruction)s?\s*[:=]",
    r"\b(?:reveal|print|repeat|output|leak|show)\b.{0,30}\b(?:your|the)\s+(?:system\s+)?(?:prompt|instructions)\b",
    r"<\|?(?:im_start|im_end|system|endoftext)\|?>|\[/?INST\]|<<SYS>>",
]
_ANY = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=4096)  # every stage looks at the same sentences anew
def addresses_a_model(sentence: str) -> bool:
    """Whether `sentence` reads as an instruction to a language model."""
    return bool(_ANY.search(sentence))
