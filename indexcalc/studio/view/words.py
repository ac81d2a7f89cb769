"""The words of the page, in English and Korean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indexcalc.report.rulebook.words.text import Text

WORDS: Final[Mapping[str, Text]] = {
    "studio": Text("Studio", "스튜디오"),
    "rule": Text("Rule", "규칙"),
    "open": Text("Open a rule", "규칙 열기"),
    "synthetic": Text("synthetic demo market: no real company", "가상 데모 시장: 실제 기업 아님"),
    "undo": Text("Undo", "되돌리기"),
    "redo": Text("Redo", "다시 실행"),
    "save": Text("Save", "저장"),
    "saved": Text("saved as {path}", "{path}에 저장됨"),
    "language": Text("한국어", "English"),
    "scheme": Text("Light or dark", "밝게·어둡게"),
    "tour": Text("Tour", "둘러보기"),
    "take": Text("Take away", "내보내기"),
    "editor": Text("Rule text (YAML)", "규칙 본문 (YAML)"),
    "good": Text("no finding: the rule is well-formed", "지적 사항 없음: 규칙이 올바름"),
    "errors": Text("errors", "오류"),
    "warnings": Text("warnings", "경고"),
    "error": Text("error", "오류"),
    "warning": Text("warning", "경고"),
    "line": Text("line", "행"),
    "way_out": Text("Way out", "해결"),
    "figures": Text("Key figures", "주요 지표"),
    "was": Text("{name}: {value}", "{name}: {value}"),
    "level_last": Text("Level", "지수"),
    "total_return": Text("Total return", "누적 수익률"),
    "annual_return": Text("Return a year", "연 수익률"),
    "volatility": Text("Volatility a year", "연 변동성"),
    "tracking_error": Text("Tracking error", "추적오차"),
    "to": Text("to {name}", "{name} 대비"),
    "largest_weight_last": Text("Largest weight", "최대 비중"),
    "effective_number_last": Text("Effective number", "유효 종목 수"),
    "turnover_a_year": Text("Turnover a year", "연 회전율"),
    "joins": Text("Joins", "편입"),
    "leaves": Text("Leaves", "편출"),
    "same_members": Text("same members as {name}", "{name}: 구성종목 같음"),
    "no_baseline": Text(
        "{name} cannot be computed on this market", "{name}: 이 시장으로 계산할 수 없음"
    ),
    "chart": Text("Level", "지수 수준"),
    "this": Text("this text", "지금 본문"),
    "baseline": Text("Compared with", "비교 기준"),
    "the_saved": Text("the saved rule", "저장본"),
    "the_opened": Text("the rule as opened", "열었을 때의 규칙"),
    "its_parent": Text("its parent: {name}", "상위 규칙: {name}"),
    "other_rules": Text("another rule", "다른 규칙"),
    "levers": Text("Levers", "레버"),
    "no_levers": Text("Nothing in this rule has an order to move along.", "움직일 값이 없습니다."),
    "write": Text("Write into the rule", "규칙에 쓰기"),
    "add_cap": Text("Add a cap", "비중 상한 추가"),
    "add_buffer": Text("Add a buffer", "버퍼 추가"),
    "more_levers": Text("{n} more", "{n}개 더"),
    "cap": Text("Cap", "비중 상한"),
    "count": Text("Count", "종목 수"),
    "buffer": Text("Buffer", "버퍼"),
    "threshold": Text("Threshold", "기준"),
    "window": Text("Window", "기간"),
    "date": Text("Day", "기준일"),
    "members": Text("Members", "구성종목"),
    "reviews": Text("Reviews", "변경 이력"),
    "coming": Text("Next review", "다음 정기변경"),
    "name": Text("Name", "종목"),
    "day": Text("Day", "일자"),
    "flows": Text("Flows", "자금 흐름"),
    "rulebook": Text("Rulebook", "방법론"),
    "compare": Text("Compare", "비교"),
    "symbol": Text("Symbol", "코드"),
    "weight": Text("Weight", "비중"),
    "change": Text("Change", "변경"),
    "capping_factor": Text("Capping factor", "CAP비율"),
    "float_factor": Text("Float factor", "유동주식비율"),
    "index_shares": Text("Index shares", "지수주식수"),
    "effective_date": Text("Effective", "시행일"),
    "kind": Text("Kind", "종류"),
    "constituents": Text("Members", "종목 수"),
    "added": Text("In", "편입"),
    "removed": Text("Out", "편출"),
    "one_way_turnover": Text("One-way turnover", "편도 회전율"),
    "capped": Text("Capped", "상한 적용"),
    "largest_weight": Text("Largest", "최대 비중"),
    "effective_number": Text("Effective number", "유효 종목 수"),
    "cutoff": Text("Cut-off", "심사기준일"),
    "announcement": Text("Announcement", "발표일"),
    "turnover": Text("One-way turnover", "편도 회전율"),
    "near": Text(
        "Nearest to the border, and what would move them", "경계에 가까운 종목과 필요한 변화"
    ),
    "needed": Text("Needs", "필요한 변화"),
    "reserve": Text("Reserve list", "예비종목"),
    "what": Text("What", "내용"),
    "step": Text("Step", "단계"),
    "outcome": Text("Outcome", "결과"),
    "observed": Text("Observed", "관측값"),
    "limit": Text("Threshold", "기준값"),
    "because": Text("Detail", "근거"),
    "pick_name": Text(
        "Choose a name in Members, or type a symbol", "구성종목에서 고르거나 코드를 입력"
    ),
    "show": Text("Show", "보기"),
    "decisions": Text("Every decision on it, newest first", "모든 결정 (최근 순)"),
    "change_it": Text("What would change it", "무엇이 바뀌면 달라지나"),
    "not_near": Text(
        "It is not among the names nearest to the border at the next review.",
        "다음 정기변경에서 경계에 가까운 종목이 아닙니다.",
    ),
    "ask_next": Text(
        "The next review says what each name near the border would need.",
        "다음 정기변경에서 경계에 가까운 종목에 필요한 변화를 보여 줍니다.",
    ),
    "events": Text("Events", "이벤트"),
    "event": Text("Event", "이벤트"),
    "reason": Text("Reason", "사유"),
    "no_events": Text("no event on this session", "이 날 이벤트 없음"),
    "divisor": Text("Divisor", "기준시가총액 제수"),
    "market_value": Text("Market value", "시가총액"),
    "follow": Text("Assets that follow it", "추종 자산"),
    "bought": Text("Bought", "매수"),
    "sold": Text("Sold", "매도"),
    "assets": Text("Assets", "자산"),
    "capacity": Text("Capacity", "수용 규모"),
    "amount": Text("Amount", "금액"),
    "units": Text("Shares", "주식 수"),
    "days_20": Text("Days of volume", "거래일수"),
    "last_trades": Text("Line by line at the last review", "최근 변경의 종목별 거래"),
    "clauses": Text("What the rules say differently", "다르게 정한 조항"),
    "lists": Text("Lists and weights on days both set one", "같은 날의 구성과 비중"),
    "no_difference": Text("no difference", "차이 없음"),
    "working": Text("computing {what}", "{what} 계산 중"),
    "levels": Text("levels and figures", "지수와 지표"),
    "ready": Text("up to date", "최신 상태"),
    "waiting": Text("mend the errors to compute it", "오류를 고치면 계산합니다"),
    "refused": Text("This rule cannot be computed on this market", "이 시장으로 계산할 수 없음"),
    "cannot": Text("cannot be met: {why}", "충족 불가: {why}"),
    "file_rule": Text("Rule (YAML)", "규칙 (YAML)"),
    "file_report": Text("Report (HTML)", "보고서 (HTML)"),
    "file_rulebook": Text("Rulebook (HTML)", "방법론 (HTML)"),
    "file_notice": Text("Notice of the change (HTML)", "변경 공지 (HTML)"),
    "file_levels": Text("Levels (CSV)", "지수 (CSV)"),
    "file_constituents": Text("Constituents (CSV)", "구성종목 (CSV)"),
    "file_decisions": Text("Decisions (CSV)", "결정 (CSV)"),
    "file_parquet": Text("All tables (Parquet)", "전체 표 (Parquet)"),
    "file_link": Text("Copy a link to this state", "현재 상태 링크 복사"),
    "copied": Text("link copied", "링크 복사됨"),
    "too_long": Text(
        "the text is too long for a link: save the rule",
        "본문이 길어 링크에 담을 수 없음: 저장하세요",
    ),
    "close": Text("Close", "닫기"),
    "next": Text("Next", "다음"),
    "skip": Text("Skip to the results", "결과로 건너뛰기"),
    "is_membership": Text("membership", "편입 여부"),
    "is_float": Text("free float", "유동비율"),
    "is_cap": Text("cap", "비중 상한"),
    "is_kept": Text("kept", "유지"),
    "is_set": Text("set", "설정"),
    "is_in": Text("in", "편입"),
    "is_out": Text("out", "편출"),
    "is_security": Text("security", "종목"),
    "is_issuer": Text("issuer", "기업"),
    "is_sector": Text("sector", "업종"),
    "is_added": Text("joins", "편입"),
    "is_removed": Text("leaves", "편출"),
    "is_stays": Text("stays", "유지"),
    "of_n": Text("{a} of {n}", "{n} 중 {a}"),
}


def word(key: str, language: str, **parts: object) -> str:
    """A word of the page in a language.  KeyError: there is no such word."""
    return WORDS[key][language].format(**parts) if parts else WORDS[key][language]


TOUR: Final[tuple[tuple[str, Text], ...]] = (
    (
        "editor",
        Text(
            "The rule itself. Type: every mistake is marked where it stands, with the way out. Ctrl-Space"
            " offers what may stand here.",
            "규칙 본문입니다. 입력하면 잘못된 곳과 해결 방법을 바로 보여 줍니다."
            " Ctrl-Space로 쓸 수 있는 말을 봅니다.",
        ),
    ),
    (
        "figures",
        Text(
            "What the rule makes of this market, beside the saved rule.",
            "이 시장에서의 결과를 저장본과 나란히 보여 줍니다.",
        ),
    ),
    (
        "levers",
        Text(
            "Drag a value of the rule. Nothing is written until you press Write into the rule;"
            " Undo goes back.",
            "규칙의 값을 끌어 보세요. 규칙에 쓰기를 누르기 전에는 쓰지 않으며, 되돌릴 수 있습니다.",
        ),
    ),
    (
        "tabs",
        Text(
            "Members, reviews, the next review on paper, flows. Click a name: why it is in or out, with the"
            " line of the rule lit.",
            "구성종목, 변경 이력, 다음 정기변경, 자금 흐름. 종목을 누르면 편입·편출 이유와"
            " 규칙의 행을 보여 줍니다.",
        ),
    ),
    (
        "take",
        Text(
            "Take away a report, a rulebook, a notice, tables, or a link to this very state.",
            "보고서, 방법론, 변경 공지, 표, 현재 상태의 링크를 내보냅니다.",
        ),
    ),
)
