"""How free-float factors come about, in words."""

from __future__ import annotations

from indexcalc.methodology.model.float_rules import (
    Band,
    ExcludedHolder,
    FloatStep,
    RoundTo,
)
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.report.rulebook.sections.schedule import schedule_words
from indexcalc.report.rulebook.words.items import say_items
from indexcalc.report.rulebook.words.names import label
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, joined, listed, t
from indexcalc.report.rulebook.words.values import dated, percent, value


def float_rules(rule: Methodology, section: Section) -> None:
    """How free-float factors come about."""
    rules, of = rule.float, rule.universe.of
    if "float" not in rule.said and "float_market_cap" in rule.weighting.scheme.values:
        section.say(
            "float",
            Text(
                "Free-float factors are those of the index that constituents are chosen from.",
                "유동주식비율은 심사 대상 지수의 비율을 그대로 쓴다.",
            )
            if of
            else Text(
                "Free-float factors are those of the data.", "유동주식비율은 자료의 값을 쓴다."
            ),
        )
    if rules.source is not None:
        section.say(
            "float.source",
            t(
                "Free-float factors come from {source}.",
                "유동주식비율의 출처: {source}.",
                source=dated(
                    rules.source,
                    lambda word: Text(
                        "the table of published factors"
                        if word == "factors"
                        else "holdings of owners",
                        "공표된 비율" if word == "factors" else "주주별 보유주식",
                    ),
                ),
            ),
        )
    if rules.exclude is not None:
        section.say(
            "float.exclude",
            t(
                "Shares of these holders are not free float: {holders}.",
                "다음 보유분은 유동주식에서 제외한다: {holders}.",
                holders=dated(rules.exclude, lambda kinds: listed([_holder(k) for k in kinds])),
            ),
        )
    if rules.updated is not None:
        section.say(
            "float.updated",
            t(
                "Free-float factors are updated {when}.",
                "유동주식비율은 {when} 갱신한다.",
                when=schedule_words(rules.updated),
            ),
        )
    say_items(section, rules.steps, "float.steps", _float_step)


def _holder(holder: ExcludedHolder) -> Text:
    kind = label(holder.kind)
    if holder.min is None or holder.min.exact == 0:
        return kind
    return t("{kind} from {least} up", "{kind}({least} 이상)", kind=kind, least=value(holder.min))


def _float_step(step: FloatStep) -> Text:
    if step.round is not None:
        return t(
            "The factor is rounded {how}.",
            "비율의 끝수 처리: {how}.",
            how=dated(step.round, _rounding),
        )
    if step.bands is not None:
        return t(
            "The factor is rounded by bands: {bands}.",
            "비율은 구간별로 정한다: {bands}.",
            bands=dated(step.bands, lambda bands: joined([_band(b) for b in bands])),
        )
    if step.keep_if_change_below is not None:
        return t(
            "The published factor is kept where it would change by less than {points}.",
            "변동폭이 {points} 미만이면 종전 비율을 유지한다.",
            points=dated(step.keep_if_change_below, value),
        )
    if step.keep_if_change_at_most is not None:
        return t(
            "The published factor is kept where it would change by at most {points}.",
            "변동폭이 {points} 이하이면 종전 비율을 유지한다.",
            points=dated(step.keep_if_change_at_most, value),
        )
    return t(
        "{part} of the shares that are not free float are taken out.",
        "비유동주식의 {part}을(를) 제외한다.",
        part=dated(step.phase_in or Dated.constant(Special.NONE), value),
    )


def _rounding(held: RoundTo) -> Text:
    words = {
        "up": Text("up to the next {step}", "{step} 단위 올림"),
        "nearest": Text("to the nearest {step}", "{step} 단위 반올림"),
        "down": Text("down to a multiple of {step}", "{step} 단위 내림"),
    }[held.direction]
    return t(words.en, words.ko, step=percent(held.step))


def _band(band: Band) -> Text:
    gives = Text("as it is", "그대로") if band.gives is None else percent(band.gives)
    return t("up to {top}: {gives}", "{top} 이하 {gives}", top=percent(band.up_to), gives=gives)
