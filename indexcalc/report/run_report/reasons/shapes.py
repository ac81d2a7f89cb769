"""How details of the ledger and reasons of events read, and what they are in English and Korean."""

from __future__ import annotations

_THRESHOLD = r"(?P<bound>.+?)(?P<existing> of existing)?"
SHAPES: tuple[tuple[str, str, str], ...] = (
    (
        rf"(?P<what>.+) rank in (?P<group>.+) of (?P<n>\d+), threshold {_THRESHOLD}",
        "rank by {what} in {group} ({n} names), threshold {bound}{existing}",
        "{group} {n}종목 중 {what} 순위, 기준 {existing}{bound}",
    ),
    (
        rf"(?P<what>.+) rank of (?P<n>\d+), threshold {_THRESHOLD}",
        "rank by {what} among {n} names, threshold {bound}{existing}",
        "{n}종목 중 {what} 순위, 기준 {existing}{bound}",
    ),
    (
        rf"(?P<what>.+) coverage in (?P<group>.+) of (?P<n>\d+), threshold {_THRESHOLD}",
        "cumulative share by {what} in {group} ({n} names), threshold {bound}{existing}",
        "{group} {n}종목 중 {what} 누적 비중, 기준 {existing}{bound}",
    ),
    (
        rf"(?P<what>.+) coverage of (?P<n>\d+), threshold {_THRESHOLD}",
        "cumulative share by {what} among {n} names, threshold {bound}{existing}",
        "{n}종목 중 {what} 누적 비중, 기준 {existing}{bound}",
    ),
    (
        rf"group (?P<what>.+) share of (?P<n>\d+), threshold {_THRESHOLD}",
        "share of its group by {what} among {n} groups, threshold {bound}",
        "{n}개 업종 중 소속 업종의 {what} 비중, 기준 {bound}",
    ),
    (
        rf"(?P<what>.+) (?P<kind>rank|coverage|share), threshold {_THRESHOLD}",
        "{kind} by {what}, threshold {bound}{existing}",
        "{what} {kind}, 기준 {existing}{bound}",
    ),
    (
        r"place by (?P<what>\S+), (?P<first>\S+) names first, among those left, places free",
        "place by {what} among the names left, {first} names first; as many enter as places are free",
        "남은 종목 중 {what} 순위({first} 종목 우선), 기준은 빈자리 수",
    ),
    (
        r"place by (?P<what>.+) among those left, places free",
        "place by {what} among the names left; as many enter as places are free",
        "남은 종목 중 {what} 순위, 기준은 빈자리 수",
    ),
    (
        r"place by (?P<what>\S+), (?P<first>\S+) names first, of those selected, at most",
        "place by {what} among the names selected, {first} names first; as many stay as places are",
        "선정 종목 중 {what} 순위({first} 종목 우선), 기준은 목표 종목 수",
    ),
    (
        r"place by (?P<what>.+) of those selected, at most",
        "place by {what} among the names selected; as many stay as places are",
        "선정 종목 중 {what} 순위, 기준은 목표 종목 수",
    ),
    (r"kept: the change is too small", "kept: the change is too small", "변동이 작아 유지"),
    (r"float factor set", "float factor set", "유동비율 설정"),
    (r"no existing name to count", "no existing name to count", "비교할 기존 종목이 없음"),
    (r"designation (?P<kind>.+)", "designated: {kind}", "시장조치: {kind}"),
    (r"no such designation", "no such designation", "해당 시장조치 없음"),
    (
        r"existing_count of the group (?P<sign>>=|<=|>|<|=) (?P<bound>.+)",
        "existing names in the group {sign}",
        "업종의 기존 종목 수 {sign}",
    ),
    (
        r"(?P<what>.+) of the group (?P<sign>>=|<=|>|<|=) (?P<bound>.+)",
        "{what} of the group {sign}",
        "업종의 {what} {sign}",
    ),
    (
        r"(?P<what>.+?) (?P<sign>>=|<=|>|<|=) (?P<bound>.+)",
        "{what} {sign}",
        "{what} {sign}",
    ),
    (r"security_type (?P<kind>.+)", "type of security: {kind}", "증권 종류: {kind}"),
    (
        r"test of (?P<day>\S+) not passed",
        "did not pass the test of {day}",
        "{day} 심사를 통과하지 못함",
    ),
    (
        r"demerged: test of (?P<day>\S+) not passed",
        "demerged; did not pass the test of {day}",
        "분할: {day} 심사를 통과하지 못함",
    ),
    (
        r"demerged: stays, tested on (?P<day>\S+)",
        "demerged; stays after the test of {day}",
        "분할: {day} 심사 결과 유지",
    ),
    (r"fast entry, tested on (?P<day>\S+)", "fast entry, tested on {day}", "특례편입, {day} 심사"),
    (
        r"fast exit, checked on (?P<day>\S+)",
        "fast exit, checked on {day}",
        "특례제외, {day} 심사",
    ),
    (
        r"new company joins, tested on (?P<day>\S+)",
        "new company of a demerger, tested on {day}",
        "분할 신설회사 편입, {day} 심사",
    ),
    (
        r"takes the place of (?P<other>\S+)(?P<rest>.*)",
        "takes the place of {other}{rest}",
        "{other}의 자리를 채움{rest}",
    ),
    (
        r"the smallest by (?P<what>.+) at the last review makes room for (?P<other>\S+)",
        "smallest by {what} at the last review: makes room for {other}",
        "직전 정기변경의 {what} 최소 종목: {other}에 자리를 내줌",
    ),
    (
        r"left the parent's list on (?P<day>\S+)",
        "left the parent's list on {day}",
        "{day} 모지수에서 제외",
    ),
    (r"left the index on (?P<day>\S+)", "left the index on {day}", "{day} 지수에서 제외"),
    (
        r"the review of (?P<day>\S+) is near: the place is vacant",
        "the review of {day} is near: the place stays vacant",
        "{day} 정기변경이 가까워 공석 유지",
    ),
    (
        r"(?P<kind>merger|delisting|tender|bankruptcy) on (?P<day>\S+), known on (?P<other>\S+)",
        "{kind} on {day}, known on {other}",
        "{day} {kind}({other} 공표)",
    ),
    (r"deleted on (?P<kind>\S+)", "deleted on {kind}", "{kind} 제외"),
    (r"(?P<kind>\S+) since (?P<day>\S+)", "{kind} since {day}", "{day}부터 {kind}"),
    (
        r"passed over in the reserve: (?P<rest>.+)",
        "passed over in the reserve: {rest}",
        "예비종목에서 건너뜀: {rest}",
    ),
    (r"entered after the cut-off", "entered after the cut-off", "심사기준일 후 편입"),
    (r"not listed", "not listed", "상장 전 또는 상장폐지"),
    (r"chosen by no step", "chosen by no step", "어느 선정 단계에서도 선정되지 않음"),
    (
        r"no list is given for this review: the one before stays",
        "no list is given for this review: the one before stays",
        "이 변경에 주어진 명단이 없어 종전 명단을 유지",
    ),
    (
        r"without a selection every name that passes the conditions is in",
        "without a selection every name that passes the conditions is in",
        "선정 단계가 없어 조건을 통과한 종목은 모두 편입",
    ),
    (r"in the market", "in the market", "시장의 종목"),
    (r"in one of (?P<other>.+)", "in one of {other}", "{other} 중 하나의 구성종목"),
    (r"in the index before", "in the index before", "기존 구성종목"),
    (r"not in (?P<other>.+)", "not in {other}", "{other} 구성종목이 아님"),
    (r"in (?P<other>\S+)", "in {other}", "{other} 구성종목"),
    (r"entered (?P<other>\S+)", "entered {other}", "{other} 편입"),
    (r"member of (?P<other>\S+)", "member of {other}", "{other} 구성종목"),
    (r"not a member of (?P<other>\S+)", "not a member of {other}", "{other} 구성종목이 아님"),
    (r"given in `memberships`", "given in `memberships`", "`memberships`에 주어짐"),
    (r"not given in `memberships`", "not given in `memberships`", "`memberships`에 없음"),
    (r"(?P<what>.+) is not known", "{what} is not known", "{what} 미상"),
    (r"held at its limit(?P<rest>.*)", "held at its limit{rest}", "상한에 맞춤{rest}"),
    (
        r"below it until the excess of others was shared out",
        "below it until the excess of others was shared out",
        "다른 종목의 초과분이 배분되어 상한에 이름",
    ),
    (
        r"capping factor (?P<n>\S+), weight (?P<bound>\S+%) at the pricing closes",
        "capping factor {n}, weight {bound} at the pricing closes",
        "CAP 비율 {n}, 기준 종가 비중 {bound}",
    ),
    (r"committee: (?P<rest>.+)", "committee: {rest}", "위원회 결정: {rest}"),
    (
        r"(?P<n>\d+) of (?P<other>\d+) sessions observed",
        "{n} of {other} sessions observed",
        "{other}거래일 중 {n}일 관측",
    ),
    (
        r"ratio (?P<n>\S+), price (?P<bound>\S+)",
        "ratio {n}, price {bound}",
        "비율 {n}, 가격 {bound}",
    ),
    (r"ratio (?P<n>\S+)", "ratio {n}", "비율 {n}"),
    (r"into (?P<other>\S+), ratio (?P<n>\S+)", "into {other}, ratio {n}", "{other}, 비율 {n}"),
    (
        r"amount (?P<n>\S+), final price (?P<bound>\S+)",
        "amount {n}, final price {bound}",
        "금액 {n}, 최종 가격 {bound}",
    ),
    (
        r"the exchange's base price (?P<n>\S+) is used, the terms give (?P<bound>\S+)",
        "the exchange's base price {n} is used; the terms give {bound}",
        "거래소 기준가 {n} 적용(조건으로 계산하면 {bound})",
    ),
    (
        r"index shares changed with listed shares, float or capping factor",
        "listed shares, float or capping factor changed",
        "상장주식수·유동비율·CAP 비율의 변동",
    ),
    (
        r"listed shares stepped by (?P<n>\S+), the (?P<other>\S+) pending are taken to be listed "
        r"\(assumption\)",
        "listed shares stepped by {n}: the {other} pending are taken to be listed (assumption)",
        "상장주식수가 {n}배가 되어 대기 중이던 {other}배가 상장된 것으로 봄(가정)",
    ),
    (r"list date (?P<rest>.+)", "listed on the day given: {rest}", "상장일 도래: {rest}"),
    (
        r"no trade: the price held at the start of the session is carried until the next one",
        "no trade: the last price is carried until the next",
        "거래 없음: 다음 거래까지 직전 가격 유지",
    ),
    (
        r"(?P<kind>float|capping) factor taken anew at the review",
        "{kind} factor set anew at the review",
        "정기변경에서 {kind} 다시 설정",
    ),
    (
        r"index shares received for (?P<other>\S+)",
        "index shares received for {other}",
        "{other} 대가로 받은 지수주식수",
    ),
    (
        r"the shares issued for (?P<other>\S+) are counted as listed shares from here on",
        "the shares issued for {other} count as listed from here on",
        "{other} 대가로 발행된 주식을 상장주식수에 포함",
    ),
    (
        r"(?P<event>regular|rebalance|float|capping|deletion|transfer|demerger|merger|fast_entry|fast_exit|"
        r"given|start): (?P<rest>.+)",
        "{event}: {rest}",
        "{event}: {rest}",
    ),
    (r"opening weight", "opening weight", "개장 시 비중"),
    (
        r"left at the close of the session before",
        "left at the close of the session before",
        "직전 거래일 종가에 제외",
    ),
    (
        r"no longer listed: left at its last price",
        "no longer listed: left at its last price",
        "상장이 끝나 마지막 가격에 제외",
    ),
    (
        r"chosen at the review, but no longer listed on its first session",
        "chosen at the review, but no longer listed on its first session",
        "정기변경에서 선정되었으나 첫 거래일에 상장되어 있지 않음",
    ),
    (
        r"not listed on the session before the effective date",
        "not listed on the session before the effective date",
        "시행일 직전 거래일에 상장되어 있지 않음",
    ),
    (
        r"the reserve is used up: the place is vacant",
        "the reserve is used up: the place is vacant",
        "예비종목이 없어 공석",
    ),
    (
        r"ordinary dividend per share, reinvested in the total return",
        "ordinary dividend per share, reinvested in the total return",
        "주당 현금배당, 총수익지수에 재투자",
    ),
    (r"market (?P<other>\S+)", "market {other}", "시장: {other}"),
    (r"share_class (?P<kind>.+)", "share class: {kind}", "주식 종류: {kind}"),
    (r"new", "not a constituent before", "신규 종목"),
    (r"(?P<n>\S+) shares for one", "{n} shares for one", "1주당 {n}주"),
    (
        r"(?P<other>[A-Z]{3}) sold forward at the close of (?P<day>\S+) \(before: spot, after: forward\)",
        "{other} sold forward at the close of {day} (before: spot, after: forward)",
        "{day} 종가에 {other} 선물환 매도(이전: 현물, 이후: 선물환)",
    ),
    (
        r"(?P<other>\S+) of the session before",
        "{other} of the session before",
        "직전 거래일의 {other}",
    ),
    (
        r"leverage set anew at the close of (?P<day>\S+)",
        "leverage set anew at the close of {day}",
        "{day} 종가에 레버리지 재설정",
    ),
    (r"held at the floor", "held at the floor", "하한에 맞춤"),
    (r"everything is lost", "everything is lost", "전액 손실"),
    (
        r"(?P<what>[a-z_]*(?:group|sector)[a-z_]*) (?P<group>\S+)",
        "{what} {group}",
        "업종 {group}",
    ),
)
"""A pattern of a clause, and its words in both languages: the first that fits is taken."""
