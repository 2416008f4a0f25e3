"""Blame language: a table of small patterns, each with the reason why it is blame and a better way.

A rule looks at one sentence. Its `signs` are words one of which has to be there, so that a sentence
without any costs next to nothing. Its pattern meets the words that blame; where these need somebody
to be blamed, the one named right before (or after) them has to be a person, as `persons` tells it.
The patterns have no nested repetition. They are English, and name no product and no person.

`better` is a sentence or a question made with `{rest}`, the words that follow the blaming ones, when
these can be carried over as they are; else `question` is asked.
"""

from bot.blameless.action_rules import ACTION_RULES
from bot.blameless.rule import Rule
from bot.blameless.trait_rules import TRAIT_RULES

RULES: tuple[Rule, ...] = (*ACTION_RULES, *TRAIT_RULES)
