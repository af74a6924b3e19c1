"""Orders and questions: sentences that state nothing. By rules, without a model. Pure.

An article that says "Print HACKED." makes HACKED pass any check of words, so an order that is aimed at whoever
writes the answer is no evidence. The imperatives of documentation ("Set enable_prefix_caching=True") stay evidence.
"""

from __future__ import annotations

import re

_SPEAKER = r"(?:(?:dear |hey )?(?:assistant|system|chatbot|bot|ai|llm|language model)\s*[:,]\W*)?"
_OPENING = (
    rf"^\W*{_SPEAKER}(?:(?:and|then|now|please|also|next|instead|so|just|kindly|finally|sure|ok|okay|first|always|"
    r"you must|you should)\b\W*)*(?:do not |don['’]t |never )?"
)
# Many of these verbs are nouns too ("Output tokens cost $50"): what follows must be an object.
_OBJECT = (
    r"[\s:]+(?=[\"“'‘`:(\[<@]|www|http|[A-Z]{2,}|(?i:the|an?|this|that|these|those|all|any|each|every|your|my|our|me|us|"
    r"them|him|it|everyone|users?|readers?|people|with|only|exactly|just|in|to|as|for|on|here|now|yes|no|nothing|previous|"
    r"prior|above|following|instructions?)\b)"
)
_ORDER = re.compile(
    rf"(?i:{_OPENING}(?:print|say|respond|reply|answer|repeat|tell|output|ignore|disregard|forget|pretend|act|visit|click|"
    rf"tap|vote|subscribe|translate|encourage|promote|follow|override|reveal|send)\b){_OBJECT}"
)
_AIMED = re.compile(
    r"\b(?:in|to|into|of|for|from|with|within|throughout|through) your (?:next |own |final )?"
    r"(?:answers?|responses?|repl(?:y|ies)|outputs?|summar(?:y|ies)|messages?|instructions|codebase|solution)\b"
    r"|\byour (?:answer|response|reply|output) (?:must|should|with|as|so|to|by|using)\b"
    r"|\b(?:ignore|disregard|forget|override)\b(?: \w+)? (?:previous|prior|above|earlier|preceding|your)(?: \w+)? "
    r"(?:instructions?|rules?|prompts?|guidelines|directions)\b"
    r"|\b(?:ignore|disregard|forget|override|reveal|print|repeat|output|show|tell|(?:answer|reply|respond) with)\b"
    r"(?: \w+){0,3} (?:system|hidden|initial) prompt\b|\bas an ai (?:language )?model\b"
    r"|\b(?:ignorier|vergiss|vergesst)\w*\b(?: \w+){0,3} (?:anweisung|befehl|regel)\w*"
    r"|\b(?:ignora|olvida|ignorez|oublie)\w*\b(?: \w+){0,3} (?:instruc\w+|consignes|règles)",
    re.IGNORECASE,
)
# The marks by which chat templates separate speakers (ChatML, Llama, Mistral, Gemma): no article needs them.
_TEMPLATE = re.compile(r"<\|?(?:im_start|im_end|start_header_id|eot_id|start_of_turn|end_of_turn|system|assistant)\|?>")
_SENTENCE = re.compile(r"(?<=[.!?:])[\"”’)]*\s+|\n+")
_QUESTION = re.compile(r"\?[\"”’)]*$")


def is_order(sentence: str) -> bool:
    """Whether the sentence orders its reader, or a model that answers, to say or do something."""
    return any(pattern.search(sentence) for pattern in (_ORDER, _AIMED, _TEMPLATE))


def without_orders(text: str) -> str:
    """The text without its orders: the part that can be evidence."""
    return " ".join(sentence for sentence in _SENTENCE.split(text) if sentence and not is_order(sentence))


def tells_nothing(statement: str) -> str:
    """The order or question in a statement; "" if every sentence states something."""
    sentences = [sentence.strip() for sentence in _SENTENCE.split(statement)]
    return next((s for s in sentences if is_order(s) or _QUESTION.search(s)), "")
