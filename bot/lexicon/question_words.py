"""Words of questions, grouped by their role in the question. Data only."""

from __future__ import annotations

from bot.lexicon.calendar_words import ENGLISH_MONTHS, ENGLISH_WEEKDAYS

# Aspects that people ask about: a question made only of these is about something named earlier.
_ASPECTS = """
ability accuracy acquire acquired active add advantage advantages alternative alternatives api app architecture
audience author availability available backers bad base based benchmark benchmarks benefit benefits better big bigger
build built buy cap capabilities capability caveat caveats ceo change changed changes cheap cheaper code come comes
coming company compare compared competitors complexity confirmed cons context correct cost costs country customers cut
cuts data dataset date day deal demo details differ difference differences disadvantage disadvantages downside
downsides drawback drawbacks elaborate else employees enough example examples expensive fast faster feature features
first fix fixed founder founders free funding get gets give go goes good got gpu gpus happen happened hardware help
helps how impact include includes information investor investors join joined language languages last latency launch
launched launches lead led left length licence license limit limitation limitations limits link long longer made main
make makes many mean means memory method mitigations model models much name named names need needs next number numbers
offer official one ones others out output paid paper parameter parameters params part people performance plan plans
point points prefill price priced prices pricing problem problems pros purpose quality quote raise raised ram rate
reason reasons region release released releases repo require requirements requires result results revenue risk risks
round run running runs say says score scores second ship shipped shipping ships show size slower small smaller source
sources speed speedup spend start started state stop subscription support supported supports sure take takes team tell
the thing throughput tier tiers time times token tokens total tradeoff tradeoffs train trained training true type
upside upsides use used user users uses using valuation value valued version versions vram weight weights window work
works worse worth
"""

# Everyday words that are rare in news about AI, so that they are not mistaken for names.
_EVERYDAY = """
acquire acquired ago ai anybody anyone api arrested audit audits back backs bid bids bin borrow borrows bought bro buy
buying buys ceo chair chairs cheat cheats code codename codenames collaborate collaborated collaborates compete competed
competes complain complained complains confidentially consultancy consulting cook cooked cool cools cooperate cooperated
cooperates cpu criticise criticised criticize criticized cto desk drama dude dumb earn earned earns employee employees
english eu ever everybody everyone explain famous finally fire fired fires firm folks gigantic gonna govern governs gpu
gpus guy guys hack hackathon hacked hacks hello hey hi hire hired hires hiring host hosts hows invent invented invents
invest invested invests ipo its join joined joining joins lately lend lends licence licences licensed list llm llms lol
manufacture manufactured manufactures meetup month months newest nope ok okay oldest oppose opposed opposes parse people
person please pls poem pro putting quarter quick quickly quit quits recently recipe regulate regulates rent rented
renting rents resign resigned resigns rewrite rewrote rite rival rivals rn secretly sell selling sells settle settled
smartest smth sold somebody someone spend steal stole stolen stuff sue sued sues suing summarise summarize summary
supplied supplies supply supposed teh thanks thats theyre thx tldr today tomorrow tonight uk us valued visit vote walk
wanna weather week weekend weeks whats wheres whole whos ya yeah year years yep yesterday
"""

# Words after a version that belong to the name: "Gemini 3.5 Flash", "GPT-5.6 Luna".
_TIERS = """
air audio base chat code coder flash fp8 haiku high instant instruct large lite luna max medium mini nano omni opus
plus preview pro reasoning small sol sonnet super terra thinking turbo ultra vision
"""

ASPECTS = frozenset(_ASPECTS.split())
EVERYDAY = frozenset(_EVERYDAY.split()).union(ENGLISH_MONTHS, ENGLISH_WEEKDAYS)
TIERS = frozenset(_TIERS.split())
