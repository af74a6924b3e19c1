"""What kind of message it is, and what kind of answer it asks for. Rules on words; pure."""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    """What a message wants from the bot.

    Off-topic questions ("good lasagna recipe?") are questions: only a search shows that there is no answer.
    """

    QUESTION = "question"
    SMALL_TALK = "small_talk"
    TASK = "task"


class AnswerType(StrEnum):
    """What the answer must hold to be one; OPEN is anything."""

    PRICE = "price"
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    DEFINITION = "definition"
    REASON = "reason"
    METHOD = "method"
    COMPARISON = "comparison"
    LIST = "list"
    YES_NO = "yes_no"
    OPEN = "open"


_SMALL_TALK = re.compile(
    r"\b(?:hi+|hey+|hello|hiya|yo|sup|gm|gn|good (?:morning|evening|night|afternoon|day|bot|job|one)|greetings|welcome"
    r"|thanks?(?: (?:a lot|so much|a bunch))?|thx|ty|tysm|cheers|lol|lmao|rofl|(?:ha)+h?|ok(?:ay)?|cool|nice|great|wow"
    r"|awesome|perfect|neat|sweet|bye|goodbye|see (?:you|ya)|later|cya|sorry|np|no problem|never ?mind|got it|i see"
    r"|makes sense|interesting|well done|bot|buddy|mate|man|dude|bro|there|everyone|all|you|again|today|very|so|much|my"
    r"|friend|help|please|pls|and|test|ping|i love you|how are (?:you|u)(?: (?:doing|feeling))?|how do you do"
    r"|how(?: is|['’]?s) (?:it going|life|your day)|what['’]?s up|wassup|who are (?:you|u)|what are (?:you|u)"
    r"|are (?:you|u) (?:a |an )?(?:bot|human|real|ai|alive|there|ok)|what can (?:you|u) do|what do you do"
    r"|(?:tell (?:me|us) (?:more |something )?about|introduce|describe|explain) (?:yourself|you)"
    r"|hallo|guten (?:morgen|tag|abend)|danke(?: schön)?|wie geht(?: e?s)? (?:dir|es dir)?|tschüss|hola|gracias"
    r"|buen[oa]s|días|qué tal|cómo estás|adiós|bonjour|salut|merci|beaucoup|ça va|au revoir)\b"
    r"|こんにちは|ありがとう(?:ございます)?|おはよう(?:ございます)?",
    re.IGNORECASE,
)
_ABOUT_THE_BOT = re.compile(
    r"\W*(?:please\W+)?(?:"
    r"(?:how|where) (?:do|can|could|should) (?:i|we|you)"
    r" (?:add|remove|delete|change|set(?: up)?|get|see|find|schedule|report)"
    r"|can (?:i|we|you) (?:add|remove|delete|change|schedule)|how to (?:add|remove|delete|change|schedule)"
    r"|(?:what|which|where) are|list|show(?: me)?|(?:what|which)(?=.* (?:do|can) (?:you|i) )|do you have"
    r")(?: (?:a|an|the|my|your|this|that|new|more|another|weekly|daily|wrong|bad|any|all))*"
    r" (?:(?:news )?(?:source|feed)|digest|alarm|(?:answer |digest )?channel|setting|command|wrong quote)s?"
    r"(?: (?:do|can) (?:you|i) (?:read|use|have|know|ask))?\W*",
    re.IGNORECASE,
)
_CREATION = (
    r"(?:poem|haiku|limerick|song|lyrics|rap|story|essay|joke|script|code|function|program|regex|email|letter|resume"
    r"|image|picture|drawing|logo|meme|qr code|website|recipe|playlist|workout|homework|tweet)s?"
)
_TASK = re.compile(
    r"^\W*(?:(?:hey|hi|ok|bot|please|pls|can|could|would|will|you|u|i want you to|kannst du|puedes)\W+)*"
    r"(?:write|compose|draw|make|generate|create|code|build|sing|tell|give|paint|schreib\w*|escribe|dibuja|écris)\b"
    rf"(?:\W+(?!about\b|of\b|on\b)\w+){{0,4}}?\W+{_CREATION}\b"
    r"|^\W*(?:please\W+)?(?:translate|proofread|roleplay|pretend|solve|calculate|remind me|play|sing)\b",
    re.IGNORECASE,
)
# "Give me the story of the deal" and "solve ARC-AGI: who did it?" ask for what was reported.
_MAY_ASK = re.compile(
    r"\b(?:who|whom|whose|what|when|where|why|which|how)\b"
    r"|\b(?:tell|give)\b.*\b(?:story|code|script|program|email|letter|function)s?\W+(?:of|behind|on|about|from|for|in|that)\b",
    re.IGNORECASE,
)

_OPENING = r"^\W*(?:(?:ok|and|so|but|hey|btw)\W+)*"
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|isn't|aren't|didn't|doesn't"
    r"|ist|sind|hat|haben|kann|wird|est-ce|hay)"
)
# From the most telling words to the least: the first that occurs decides.
_ANSWER_TYPES: tuple[tuple[AnswerType, str], ...] = (
    (
        AnswerType.PRICE,
        r"\b(?:price[sd]?|pricing|costs?|how expensive|how cheap|valued|valuation|worth(?! (?:it|the))|preis|kostet?"
        r"|precio|cuesta|prix|coûte|wie viel geld)\b|\bhow much money\b|値段|価格|料金|いくら"
        r"|\bhow much (?:did|does|do|is|was|has|have|are)\b.*\b(?:raised?|pay|paid|invest|spend|putting|tokens)\b"
        r"|\bwhat (?:did|does|do|will|would)\b.*\b(?:pay|charge|earn)\b|\bsalar(?:y|ies)\b",
    ),
    (
        AnswerType.DATE,
        rf"{_OPENING}when\b|\bwhen {_AUXILIARY}\b|\bwhat (?:date|day|month|year|time)\b|\b(?:since|until) when\b"
        r"|\bhow long ago\b|\brelease date\b|\b(?:wann|cuándo|quand)\b|いつ",
    ),
    (
        AnswerType.NUMBER,
        r"\bhow (?:many|much|big|large|long|fast|small|tall|often|high|low|bad)\b|\bwhat (?:%|percent|share|fraction)"
        r"|\b(?:number|size|accuracy|score|temperature|speed ?up|throughput|latency|cap on|param(?:eter)?s"
        r"|context (?:window|length))\b|\bwie ?viele?\b|\bcu[áa]nt[oa]s?\b|\bcombien\b"
        r"|何(?:個|人|件|パーセント)|いくつ",
    ),
    (
        AnswerType.COMPARISON,
        r"\bvs\b|\bversus\b|\bcompar\w+|\bdifferences?\b|\b(?:\w+er|less) than\b|\bor\b.*\b(?:better|cheaper|faster)\b"
        r"|\b(?:fewer|more|less|better|worse)\b.*\bthan\b",
    ),
    (
        AnswerType.LIST,
        r"^\W*(?:list|name|enumerate)\b|\bwhat are (?:the|its|their|some)\b"
        rf"|\b(?:which|what)(?: (?!{_AUXILIARY}\b)\w+){{0,2}}"
        r" (?!(?:is|does|was|has|this|gets|news)\b)[a-z]{2,}(?<!ss)(?<!us)(?<!is)s\b",
    ),
    (AnswerType.PERSON, r"\b(?:who|whose|whom|wer|wem|wen|quién|quiénes|qui)\b|誰|だれ"),
    (AnswerType.PLACE, r"\b(?:where|wo|dónde|où|which (?:country|city))\b|どこ"),
    (AnswerType.REASON, r"\b(?:why|how come|what caused|reasons?|warum|wieso|por qué|pourquoi)\b|なぜ|どうして"),
    (AnswerType.YES_NO, rf"{_OPENING}{_AUXILIARY}\b"),
    (AnswerType.METHOD, r"\bhow\b|\bwie\b|\bcómo\b|\bcomment\b|どう"),
    (
        AnswerType.DEFINITION,
        rf"{_OPENING}(?:what(?:['’]?s| is| are)|explain|was (?:ist|sind)|qué es|c['’]est quoi)\b"
        r"(?!.*\b(?:\w+ing|supposed|newest|latest|best|new)\b)|\bwhat(?:['’]?s| is) (?:that|this|it)\b|\bdefine\b"
        r"|とは|って何",
    ),
)
_ANSWERS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _ANSWER_TYPES)
_LETTER = re.compile(r"[^\W_]")


def kind_of(text: str) -> Kind:
    """Small talk holds nothing but greetings, thanks and the like, or asks how the bot is used; a task is an order.

    What could be either is a question: the search then says whether there is an answer.
    """
    if is_small_talk(text) or _ABOUT_THE_BOT.fullmatch(text):
        return Kind.SMALL_TALK
    is_task = _TASK.search(text) is not None and _MAY_ASK.search(text) is None
    return Kind.TASK if is_task else Kind.QUESTION


def is_small_talk(text: str) -> bool:
    """Whether it holds nothing but greetings, thanks and the like."""
    return not _LETTER.search(_SMALL_TALK.sub(" ", text))


def answer_type_of(text: str) -> AnswerType:
    """The first type whose words occur; the order goes from the most telling words to the least."""
    return next((kind for kind, words in _ANSWERS if words.search(text)), AnswerType.OPEN)
