"""All rules for blame: small patterns, each with the reason why it's blame, and a suggestion.

A rule looks at one sentence, and only if it contains one of its trigger words (`signs`), so most
sentences cost almost nothing. If the words blame only when they're about a person, then somebody
named directly before or after them must be one, according to `people_in_text`. Patterns are English,
have no nested repetition, and name no product and no person.

The suggestion is `better` with the following words in place of `{rest}`, if they fit there, or else
`question`.
"""

from bot.blameless.action_rules import ACTION_RULES
from bot.blameless.rule import Rule
from bot.blameless.trait_rules import TRAIT_RULES

RULES: tuple[Rule, ...] = (*ACTION_RULES, *TRAIT_RULES)
