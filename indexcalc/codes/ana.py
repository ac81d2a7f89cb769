"""ANA: studies of an index: flows, attribution, segments, stress, files of the desk."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "ANA001",
        "a question that cannot be read",
        "An amount, a share, a name or a date given to a study is not one, or does not fit the others.",
        "Write it as the message shows.",
    ),
    Code(
        "ANA002",
        "assets not known",
        "Nothing says how much money follows the index on that day.",
        "Give --aum, or add a row to the table `tracked_assets`.",
    ),
    Code(
        "ANA003",
        "a run without what the study needs",
        "The run does not keep the daily composition, or not the return asked about.",
        "Compute it again with --weights daily, and with --returns for a gross or net return.",
    ),
    Code(
        "ANA004",
        "parts that do not sum to the whole",
        "The contributions of the lines do not sum to the return of the index; the result is refused.",
        "Report it with the rule and the session: the figures of one of the two are wrong.",
    ),
    Code(
        "ANA005",
        "nothing to compare",
        "Two runs have no session or no list in common.",
        "Compute both over the same days.",
    ),
    Code(
        "ANA006",
        "no market to test a rule on",
        "The rule is an overlay, has no review in the years asked about, or needs a table that markets "
        "made for a test do not have.",
        "Ask for another rule, or another --from.",
    ),
    Code(
        "ANA007",
        "a review that cannot be made again",
        "The index has no selection of its own, or its review did not choose by the values of its windows "
        "alone: names left between cut-off and effective date and were replaced.",
        "Ask for the index it is made of, or look at the review itself (`indexcalc review`).",
    ),
    Code(
        "ANA008",
        "a file whose columns are not public",
        "The columns of the Daily Corporate Action File (DCAF) of Solactive and MarketVector are described "
        "in a document that is not public; a file made from guesses would be read wrongly.",
        "Write `actions` of `deliver --format csv`, which has what is known, and map it.",
    ),
    Code(
        "ANA009",
        "a sweep larger than the memory",
        "The tables of so many points over so many sessions do not fit into the memory of this machine.",
        "Take larger steps or fewer sessions, or levels only (`--levels-only`).",
    ),
    Code(
        "ANA010",
        "assets that look too small",
        "The money that is said to follow an index buys hardly a share of its lines.",
        "Write the unit: 50bn, 50tn, 5000억, 50조.",
        severity="warning",
    ),
)
