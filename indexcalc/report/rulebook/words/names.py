"""Names in words: columns every market has, labels of the data, and the usual names that rules give."""

from __future__ import annotations

from typing import Final

from indexcalc.report.rulebook.words.text import Text, own_name, plain

FIELDS: Final = {
    "market_cap": Text("market capitalisation", "시가총액"),
    "float_market_cap": Text("free-float market capitalisation", "유동시가총액"),
    "traded_value": Text("traded value", "거래대금"),
    "volume": Text("traded volume", "거래량"),
    "close": Text("closing price", "종가"),
    "float_factor": Text("free-float factor", "유동주식비율"),
    "shares_outstanding": Text("listed shares", "상장주식수"),
    "listed_for": Text("time since listing", "상장 후 경과기간"),
    "security_type": Text("security type", "증권 종류"),
    "share_class": Text("share class", "주식 종류"),
    "designation": Text("designation", "지정사항"),
    "market": Text("market", "시장"),
    "sector": Text("sector", "업종"),
    "country": Text("country", "국가"),
    "issuer": Text("issuer", "발행회사"),
    "symbol": Text("symbol", "종목코드"),
    "inclusion": Text("inclusion factor", "편입비율"),
}


LABELS: Final = {
    "stock": Text("stock", "주식"),
    "common": Text("common shares", "보통주"),
    "preferred": Text("preferred shares", "우선주"),
    "old_preferred": Text("old preferred shares", "구형 우선주"),
    "reit": Text("REIT", "부동산투자회사(리츠)"),
    "infrastructure_fund": Text("infrastructure fund", "사회기반시설투융자회사"),
    "ship_fund": Text("ship fund", "선박투자회사"),
    "spac": Text("SPAC", "기업인수목적회사(SPAC)"),
    "foreign": Text("foreign share", "외국주권"),
    "depositary_receipt": Text("depositary receipt", "예탁증권"),
    "fund": Text("fund", "투자회사"),
    "administrative": Text("administrative issue", "관리종목"),
    "delisting_trade": Text("delisting trade", "정리매매"),
    "caution": Text("investment caution", "투자주의환기종목"),
    "halted": Text("trading halt", "매매거래정지"),
    "largest_holder": Text("the largest holder", "최대주주"),
    "related_party": Text("related parties", "특수관계인"),
    "esop": Text("the employees' stock ownership plan", "우리사주조합"),
    "treasury": Text("treasury shares", "자기주식"),
    "government": Text("the government", "정부"),
    "lock_up": Text("shares under lock-up", "보호예수"),
    "strategic": Text("strategic holders", "전략적 투자자"),
    "foreign_limit": Text("shares beyond a foreign ownership limit", "외국인 한도 초과분"),
    "security": Text("securities", "종목"),
    "issuer": Text("issuers", "발행회사"),
    "daily": Text("daily", "매일"),
    "monthly": Text("monthly", "매월"),
    "leaver_weight": Text("the weight of the name it replaces", "교체되는 종목의 비중"),
    "average_weight": Text("the average weight", "평균 비중"),
    "own": Text("its own weight", "자체 비중"),
    "tech": Text("technology", "기술주"),
    "it": Text("IT", "IT"),
    "bt": Text("BT", "BT"),
    "ct": Text("CT", "CT"),
    "a_share": Text("A shares", "A주"),
    "b_share": Text("B shares", "B주"),
    "h_share": Text("H shares", "H주"),
    "sse": Text("the Shanghai Stock Exchange", "상하이증권거래소"),
    "szse": Text("the Shenzhen Stock Exchange", "선전증권거래소"),
    "prime_standard": Text("Prime Standard", "프라임 스탠더드"),
    "special_treatment": Text("special treatment", "특별처리(ST)"),
    "insolvency": Text("insolvency", "도산"),
    "lse_main": Text("the Main Market of the London Stock Exchange", "런던증권거래소 메인 마켓"),
    "takeover_unconditional": Text("an offer for it that is unconditional", "공개매수의 확정"),
    "transferred": Text("moved from another market", "이전상장 종목"),
    "demerged": Text("created by a demerger", "분할신설 종목"),
    "merged": Text("listed by a merger", "합병으로 상장된 종목"),
}


SECTORS: Final = {
    "energy": Text("energy", "에너지"),
    "materials": Text("materials", "소재"),
    "industrials": Text("industrials", "산업재"),
    "consumer_discretionary": Text("consumer discretionary", "경기소비재"),
    "consumer_staples": Text("consumer staples", "필수소비재"),
    "health_care": Text("health care", "건강관리"),
    "financials": Text("financials", "금융"),
    "information_technology": Text("information technology", "정보기술"),
    "communication_services": Text("communication services", "커뮤니케이션서비스"),
    "utilities": Text("utilities", "유틸리티"),
    "real_estate": Text("real estate", "부동산"),
    "it_and_communication": Text("IT and communication", "IT·커뮤니케이션"),
    "manufacturing": Text("manufacturing", "제조업"),
    "services": Text("services", "서비스업"),
    "finance": Text("finance", "금융업"),
    "construction": Text("construction", "건설업"),
    "power_gas": Text("power and gas", "전기가스업"),
    "fisheries": Text("fisheries", "어업"),
    "mining": Text("mining", "광업"),
}


USUAL: Final = {
    "size": Text("size", "규모"),
    "float_size": Text("float size", "유동 규모"),
    "recent_size": Text("recent size", "최근 규모"),
    "recent_float_size": Text("recent float size", "최근 유동 규모"),
    "undivided_size": Text("undivided size", "분할 전 규모"),
    "investable": Text("investable", "투자가능 규모"),
    "liquidity": Text("liquidity", "유동성"),
    "recent_liquidity": Text("recent liquidity", "최근 유동성"),
    "turnover": Text("turnover", "회전율"),
    "daily_turnover": Text("daily turnover", "일별 회전율"),
    "turnover_ratio": Text("turnover ratio", "회전율"),
    "float_turnover_ratio": Text("float turnover ratio", "유동주식 회전율"),
    "trading_days": Text("trading days", "거래 일수"),
    "active_months": Text("active months", "거래가 활발한 달 수"),
    "volatility": Text("volatility", "변동성"),
    "price_to_book": Text("price to book", "주가순자산비율"),
    "fundamental": Text("fundamental", "펀더멘털"),
    "quality": Text("quality", "질"),
    "score": Text("score", "점수"),
    "tilt_score": Text("tilt score", "가중 점수"),
    "composite": Text("composite", "종합 점수"),
    "yield": Text("yield", "배당수익률"),
    "yield_1y": Text("one-year yield", "1년 배당수익률"),
    "net_yield": Text("net yield", "세후 배당수익률"),
    "dividend_yield": Text("dividend yield", "배당수익률"),
    "payout": Text("payout", "배당성향"),
    "payout_ratio": Text("payout ratio", "배당성향"),
    "growth": Text("growth", "성장률"),
    "dividends": Text("dividends", "배당"),
    "years_paid": Text("years paid", "배당 지급 연수"),
    "roe": Text("return on equity", "자기자본이익률"),
    "impaired_capital": Text("impaired capital", "자본잠식"),
    "single_stock_futures": Text("single-stock futures", "개별주식선물 상장"),
    "gics_group": Text("GICS group", "GICS 산업군"),
    "industry_group": Text("industry group", "산업군"),
    "gics_industry_group": Text("GICS industry group", "GICS 산업그룹"),
    "sector_group": Text("sector group", "업종군"),
    "tech_group": Text("technology group", "기술 업종군"),
    "industry": Text("industry", "산업"),
    "supersector": Text("supersector", "슈퍼섹터"),
    "region": Text("region", "지역"),
    "expiry": Text("expiry", "만기"),
}
"""Usual names of measures, groups, days and columns of one's own, without quotation marks."""


def called(name: str) -> Text:
    """A name that rules give, as a person says it: ``recent_size`` is recent size, 최근 규모."""
    return USUAL.get(name, plain(name.replace("_", " ")))


def name_of(field: str) -> Text:
    """The words for a column; a name of the rule's own stands in quotation marks."""
    return FIELDS.get(field, own_name(field))


def label(text: str) -> Text:
    """A word of the data (a share class, a designation, a kind of holder) as people say it."""
    return LABELS.get(text) or SECTORS.get(text) or plain(text.replace("_", " "))
