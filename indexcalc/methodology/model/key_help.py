"""What every key of the rule language is for, in a line: shown by editors through the JSON Schema.

By the class of its block and the key; a test holds it equal to the keys there are.
"""

from __future__ import annotations

from typing import Final

from indexcalc.methodology.model.caps.cap import CAP_FORMS
from indexcalc.methodology.model.caps.set_together import SET_PARTS
from indexcalc.methodology.model.conditions import ROUNDING_HELP, WITHIN_HELP

_BY = "The measure or numeric column that decides who comes first."
_TO = "How many names there are afterwards: a number, or N% of existing, selected, count ..."
_NOTE = "A remark for readers; nothing is computed from it."
_EFFECTIVE = "The day it takes effect, before the open; the session before if that is no session."
_REQUIRE = "A condition it must meet."
_REPLACE_FROM = "Who takes the free place: reserve, largest, given, or none (the vacancy stays)."
_LEAVER = "Who made room: none (default), or first_reserve: it waits first in its group."
_IF_BELOW = "Replace it only where fewer members than this remain."
_REPLACES = "Who leaves for the entrant: smallest (by the `by` of the last `fill`) or none."

_FOLLOWS = "Take the dates of these indices."

ITEM: Final = {
    "from": "The first day this item holds; without it, always.",
    "until": "The first day this item no longer holds.",
    "months": "The months of the schedule in which this item holds; without it, all.",
}
SCHEDULE: Final = {
    "months": "The months in which it happens, such as [6, 12].",
    "every": "`session`: anew on every session, as a composite does.",
    "effective": _EFFECTIVE,
    "cutoff": "The last day whose data may be used.",
    "pricing": "The day whose closes make the weights; default: the session before it takes effect.",
}

EXPLAINED: Final[dict[str, dict[str, str]]] = {
    "RuleKeys": {
        "index": "The index's name, as its file is called: a-z, 0-9 and -.",
        "name": "Names for people, by language: {en: KOSPI 200, ko: 코스피 200}.",
        "currency": "The currency the index is computed in, such as KRW.",
        "calendar": "The exchange whose sessions count, such as XKRX.",
        "published": "Decimals and rounding of the published level.",
        "variant_of": "The rule this one varies: only what differs is said here.",
        "base": "The date and level the index starts from.",
        "columns": "Your own columns of `daily` or `securities` that the rule asks for: {score: number}, "
        "or {score: {of: number, means: {en: score of quality}}}.",
        "dates": "Named days that phrases may use: {expiry: {months: [3, 6, 9, 12], on: 2nd thursday}}.",
        "universe": "Who may be chosen; without `of`, the whole market.",
        "groups": "Named groupings of names: a column's labels, some of them merged.",
        "float": "Where float factors come from, and how they are rounded and phased in.",
        "review": "When members are chosen anew.",
        "rebalance": "When weights are set anew, if not at every review.",
        "measures": "Named figures over windows, to rank and test by.",
        "eligibility": "What a name must meet to be considered at a review.",
        "selection": "How members are chosen, step by step; `given`: a table says who.",
        "weighting": "How much of each: the scheme, its caps and checks.",
        "maintenance": "What happens between reviews.",
        "committee": "Decisions of the index committee, as data with reason and source.",
        "returns": "Which return versions are made, and how dividends are reinvested.",
        "underlying": "The index an overlay stands on.",
        "overlay": "Leverage, decrement, hedge or risk control on another index's level.",
        "rounding": "Decimals kept of index shares, capping factors and the divisor; default: all.",
        "launch": "The day the index went live; levels before are backtested.",
        "cases": "The rule's own tests: a tiny market in, members, weights or levels out.",
        "sources": "Where each statement of the rule comes from, and how sure it is.",
    },
    "Item": ITEM,
    "Schedule": SCHEDULE,
    "Rebalance": {**SCHEDULE, "follows": _FOLLOWS},
    "Review": {
        **SCHEDULE,
        "follows": _FOLLOWS,
        "announcement": "The day the review is made public.",
    },
    "NamedDates": {
        "months": "The months that have this day.",
        "on": "The day: `2nd thursday`, `last session of month`, `tuesday before 1st friday` ...",
        "means": "What day it is, in words by language: {en: last trading day of the futures}.",
    },
    "Base": {
        "date": "The day of the base level.",
        "level": "The level on the base date, such as 100.",
        "anchors": "Official closes to chain from where data begin later.",
        "divisor": "The divisor on the base date, where it is published.",
    },
    "Anchor": {**ITEM, "on": "The day of the official close.", "level": "The official close."},
    "Published": {
        "decimals": "Decimals of the published level; default 2.",
        "rounding": "half_up (default), half_even, or down (towards zero).",
    },
    "RoundingRules": {
        "index_shares": "Decimals of index shares.",
        "capping_factor": "Decimals of capping factors.",
        "divisor": "Decimals of the divisor.",
    },
    "Source": {
        **ITEM,
        "what": "The statement.",
        "ref": "Where it stands: a document and its clause, an article.",
        "confidence": "certain, single (one source) or inferred.",
    },
    "Universe": {
        "of": "The index, or list of indices, whose members may be chosen.",
        "except": "Indices whose members may not.",
        "as_of": "Whether parents' lists are read at the cutoff or on the effective date.",
        "where": "A condition on the names; also tested when a parent adds one in between.",
        "where_on": "The day whose columns `where` reads: cutoff (default) or effective.",
    },
    "OwnColumn": {
        "of": "What its values are: number, text, date or flag.",
        "means": "What it is, in words by language: {en: mean price to book value of two years}.",
    },
    "Group": {
        "column": "The text column whose labels are the groups.",
        "merge": "Labels put together under a new one: {financials: [financials, real_estate]}.",
        "means": "What the groups are, in words by language: {en: ten industry groups}.",
    },
    "Measure": {
        "mean": "The mean of this column over the window.",
        "median": "The median of this column over the window.",
        "last": "The last value of this column.",
        "sum": "The sum of this column over the window.",
        "min": "The smallest value of this column in the window.",
        "max": "The largest value of this column in the window.",
        "std": "The standard deviation of the daily log returns of this column (`close`).",
        "count": "In how many calendar years of the window this table has a row.",
        "sessions": "On how many sessions of the window the line has this column; with `halted: skip`, "
        "on how many it trades.",
        "ratio": "Two columns [a, b]: the sum of a over the sum of b.",
        "over": "The window: 15 sessions, 3 months, 6 calendar months, 1 years ...",
        "to": "The day the window ends; default: the cut-off.",
        "in": "The currency it is measured in; default: the index's.",
        "per": "security (default) or issuer: an issuer's lines are added up and count once.",
        "best": "highest (default) or lowest: which value has rank 1.",
        "halted": "count (default), or skip: only sessions on which the line trades count.",
        "months_at_least": "Count the calendar months of the window in which the statistic reaches this.",
        "since": "Begin with the line's last listing, merger, demerger or resumption in the window.",
    },
    "_HolderTerms": {"min": "Count only stakes of at least this share."},
    "FloatRules": {
        "source": "factors (the table `float_factors`) or holdings; default: factors where present.",
        "exclude": "Kinds of holders whose shares are not float.",
        "updated": "When factors are taken anew: at_review (default) or a schedule.",
        "steps": "What is done to the raw factor, in order.",
    },
    "FloatStep": {
        **ITEM,
        "round": "Round to a step: `up to 1%`, `nearest 5%` or `down to 1%`.",
        "bands": "Round by bands: {10%: as is, 20%: 20%, 100%: 100%}.",
        "keep_if_change_below": "Keep the published factor unless it moves by this many points.",
        "keep_if_change_at_most": "Keep the published factor unless it moves by more points than this.",
        "phase_in": "The part of the non-float shares that is taken out.",
        "note": _NOTE,
    },
    "Selection": {
        "unit": "security (default) or issuer: what is counted and chosen.",
        "count": "How many names the index aims at.",
        "start": "Who is selected before the first step: none (default) or existing.",
        "within": WITHIN_HELP,
        "ties": "What decides between equals, in order; default: market_cap, symbol.",
        "reserve": "Names in waiting for places that fall free: those that a step could have chosen.",
        "steps": "The steps, in order, each with one verb.",
        "rounding": ROUNDING_HELP,
    },
    "Step": {
        **ITEM,
        "require": "Remove for good all who do not meet this condition.",
        "drop": "Remove for good all who meet this condition, selected ones too.",
        "select": "Add all who meet this condition; `all` adds everyone that remains.",
        "fill": "Add the best until there are enough.",
        "trim": "Take out the worst until there are few enough.",
        "replace": "Exchange the worst who match `out` for the best who match `in`.",
        "limit_changes": "Undo the changes beyond a number of them; put it last.",
        "inclusion": "With what part of its weight a selected name counts; default 100%.",
        "within": WITHIN_HELP,
        "note": _NOTE,
    },
    "Adjust": {
        "to": _TO,
        "by": _BY,
        "where": "Who is counted and may be chosen.",
        "from": "Who may be chosen; all are counted.",
        "prefer": "Who is safer: existing, or a condition.",
        "rounding": ROUNDING_HELP,
    },
    "Replace": {
        "out": "Who may be taken out, worst first.",
        "in": "Who may come in, best first.",
        "by": _BY,
        "at_most": "The most exchanges.",
        "rounding": ROUNDING_HELP,
    },
    "LimitChanges": {"to": "The most entrants.", "by": _BY, "rounding": ROUNDING_HELP},
    "Reserve": {
        "count": "How many names wait (with `within`: in each group).",
        "by": _BY,
        "within": WITHIN_HELP,
        "rounding": ROUNDING_HELP,
    },
    "Weighting": {
        "scheme": "market_cap, float_market_cap (default), equal, price, measure, tilt, "
        "inverse_volatility or given.",
        "by": "The measure that measure, tilt and inverse_volatility weigh by.",
        "across": "security (default) or issuer: among whom the scheme divides.",
        "price_factor": "A column that scales each price.",
        "floor": "The least weight of a name.",
        "amount": "What is invested whenever weights are set: index shares come from it, and the divisor "
        "from them; default: what the index is worth.",
        "spread_over": "Over how many sessions a rebalance is spread, from the effective day on: index "
        "shares come to the new ones in as many equal steps; default: at once.",
        "interim": "keep (default) or recap: what happens to caps when members change in between.",
        "on_infeasible": "error (default), equal or relax: what to do where limits cannot be met.",
        "caps": "Limits, applied in order at each rebalance.",
        "measured": "All caps act on means over this window in the place of the pricing closes; their "
        "factors are kept to the next rebalance.",
        "when_exceeded": "The caps act only where one of these limits is exceeded before them.",
        "check": "Limits that are verified after all caps.",
    },
    "Amount": {
        "each": "For an average member, in index currency.",
        "total": "For all members together, in index currency.",
    },
    "Cap": {
        **ITEM,
        "per": "Whom it limits: security, issuer, or a group.",
        "by": "The measure `targets` and `times` rank by; default: the weights so far.",
        **{word: text for form in CAP_FORMS.values() for word, text in form.help.items()},
        "trigger": "Act only where the largest weight (the set's sum) exceeds this.",
        "unless": "Leave the cap out where there are few names: {members: {below: 5}}.",
        "note": _NOTE,
    },
    "Check": {
        **ITEM,
        "per": "Whom it limits: security, issuer, or a group.",
        "limit": "The most weight of each.",
        "set": "A set that is limited together.",
        "together": "The most weight of the whole set.",
        "others": "The limit of all names outside the set.",
    },
    "CapUnless": {"members": "How many names there are."},
    "Fewer": {"below": "Fewer than this."},
    **SET_PARTS,
    "PriceFactor": {"column": "The column that holds the factor."},
    "Maintenance": {
        "shares": "When changes of share counts enter: daily (default), at_rebalance, or {threshold: 5%}.",
        "joins_at": "The weight of an entrant: leaver_weight, average_weight or own.",
        "fast_entry": "Listings that do not wait for the review.",
        "fast_exit": "Members that do not wait for the review.",
        "deletions": "What takes a member out between reviews.",
        "demerger": "What becomes of both companies of a demerger.",
        "rights": "When rights enter the share count: ex_date (default), listing, or at the close of the "
        "ex-date with a price adjustment factor of that day: theoretical_ex (cum over theoretical ex "
        "price) or theoretical_cum (theoretical cum over ex price).",
        "base_price": "Whose base price counts: exchange (default), or terms where there are any.",
        "resumption": "The first session of a line whose price is set anew after a halt: counted "
        "(default), or frozen: it stands as before, and the change is booked at its first close.",
        "merger_shares": "Whose takeover makes an acquirer's new shares count before they list: of_members "
        "(default), or of_any line, from its halt.",
        "spin_off": "What a spun-off line is held at: zero (default) or valued.",
        "special": "Special dividends: gross (default); taxed in net returns; or net in the price too.",
        "special_weight": "keep (default) or drift: a neutral scheme's weight after a special dividend.",
        "announced": "given: entries and deletions as announced are rows of the table `committee`.",
        "follow_entries": "true: entrants of the parent enter at once.",
    },
    "ShareUpdates": {
        "threshold": "A change counts once it reaches this share.",
        "after": "So many sessions after it reached the threshold.",
        "updated": "On the dates of this schedule.",
    },
    "FastEntry": {
        **ITEM,
        "after": "After this many sessions of trading.",
        "require": _REQUIRE,
        "effective": _EFFECTIVE,
        "replaces": _REPLACES,
        "leaver": _LEAVER,
        "note": _NOTE,
    },
    "FastExit": {
        "checked": "The day of every month on which it is tested.",
        "when": "The condition on which a member leaves.",
        "effective": _EFFECTIVE,
        "replace_from": _REPLACE_FROM,
    },
    "Deletion": {
        **ITEM,
        "on": "The facts: a designation kind, delisting, merger, transfer, leaves_parent.",
        "when": "A condition on columns: it leaves when it becomes true, such as {has_futures: false}.",
        "after": "This many sessions pass; it goes on the next, never past its last trade.",
        "counted": "market (default), or own: only sessions on which the line trades count.",
        "at_most": "With `counted: own`: a halt of so many sessions is waited for, no longer.",
        "effective": "halt: on the trading halt.",
        "replace_from": _REPLACE_FROM,
        "if_below": _IF_BELOW,
        "unless_review_within": "Leave the place free where a review is this near.",
        "note": _NOTE,
    },
    "Demerger": {
        "parent_stays": "When the demerged company stays.",
        "new_company_joins": "When the company born of it joins.",
    },
    "ParentStays": {
        "require": _REQUIRE,
        "after": "Tested after this many sessions of trading.",
        "replace_from": _REPLACE_FROM,
        "if_below": _IF_BELOW,
    },
    "NewCompanyJoins": {
        "require": _REQUIRE,
        "effective": _EFFECTIVE,
        "replaces": _REPLACES,
        "leaver": _LEAVER,
    },
    "Committee": {
        "effective": "The day it takes effect.",
        "add": 'Symbols that enter, quoted: ["005930"].',
        "remove": "Symbols that leave.",
        "refuse": "Symbols that do not enter although the rule says so.",
        "keep": "Symbols that stay although the rule says otherwise.",
        "who": "Who decided.",
        "why": "The reason given.",
        "ref": "The source.",
    },
    "Returns": {
        "kinds": "price (default), gross, net, or a list of them.",
        "withholding": "The tax rate of net returns, or one by country: {KR: 15.4%}.",
        "reinvest": "Where dividends go: index (default) or paying_stock.",
        "order": "Dividends after (default) or before the day's price move.",
        "points": "Write dividend points: their running sum, from zero anew on these dates.",
    },
    "Underlying": {
        "index": "The index the overlay stands on.",
        "return": "Which of its levels: price, gross or net.",
        "withholding": "The tax rate, where its net level is not published.",
        "levels": "computed (default), or published: rows of the table `published`, without a rule.",
        "currency": "The currency of published levels, where it is not the overlay's.",
    },
    "Overlay": {
        "leverage": "The factor, such as 2 or -1.",
        "reset": "When leverage is set anew: daily or monthly.",
        "financing": "What borrowing costs.",
        "decrement": "What is taken away a year: 5% or 50 points.",
        "day_count": "ACT/365, ACT/360 or 30/360.",
        "floor": "The level below which it does not fall.",
        "method": "arithmetic (default): off the day's return; geometric: compounded.",
        "hedge": "The currency that is sold forward.",
        "ratio": "The hedged share.",
        "of": "Of what: the level (default), or the members quoted in that currency.",
        "roll": "The day of the month on which the hedge is rolled.",
        "forward": "The tenor of `fx` that is sold, such as 1 month.",
        "adjust": "When the hedge is set to the level: daily or monthly.",
        "risk_control": "Leverage that aims at a volatility.",
        "conversion": "spot: the underlying's level in this rule's currency, and nothing else.",
    },
    "Financing": {
        "rate": "A name in the table `rates`.",
        "day_count": "How a year is counted.",
        "of": "What bears interest: borrowed (default), or exposure for an excess return.",
        "missing": "A session without a rate: error (default), or carried from the one before.",
    },
    "RiskControl": {
        "target": "The volatility aimed at, a year.",
        "leverage_max": "The most leverage.",
        "estimators": "Estimates of volatility.",
        "combine": "max (default) or mean of the estimates.",
        "annual_factor": "Sessions in a year; default 252.",
        "lag": "Sessions between the estimate and the day it is used.",
        "first_exposure": "The leverage until the estimates are whole; without it the index begins then.",
    },
    "Estimator": {
        "decay": "The decay of an exponential mean.",
        "seed": "The volatility a year it begins with at the first session.",
        "window": "The window in sessions.",
    },
}
