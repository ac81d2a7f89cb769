"""The currencies a rule can be in: ISO 4217, its withdrawn codes, and the yuan as traded outside China."""

from __future__ import annotations

from typing import Final

_IN_USE: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD
NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS
VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER
ZAR ZMW ZWG
"""
_WITHDRAWN: Final = """
ADP AFA ANG ATS AZM BEF BGL BGN BRE BRR BYB BYR CSD CSK CUC CYP DDM DEM ECS EEK ESP FIM FRF GHC GRD
GWP HRD HRK IEP ITL LTL LUF LVL MGF MRO MTL MXP MZM NLG PLZ PTE ROL RUR SDD SIT SKK SLL SRG STD SUR
TMM TPE TRL UAK VEB VEF XEU YUM ZAL ZMK ZRN ZWD ZWL ZWR
"""
CURRENCIES: Final = frozenset((*_IN_USE.split(), *_WITHDRAWN.split(), "CNH"))
_CALLED: Final = {
    "WON": "KRW",
    "YEN": "JPY",
    "RMB": "CNY",
    "NTD": "TWD",
    "STG": "GBP",
    "UKP": "GBP",
    "GBX": "GBP",
    "SFR": "CHF",
    "EURO": "EUR",
    "DOLLAR": "USD",
    "YUAN": "CNY",
    "POUND": "GBP",
    "원": "KRW",
    "원화": "KRW",
    "₩": "KRW",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
}


def meant(text: str) -> str:
    """The code that a text which is no currency most likely means; '' where none is near."""
    word = text.strip().upper()
    if word in CURRENCIES:
        return word
    if word in _CALLED:
        return _CALLED[word]
    # Two letters that changed places: difflib would name another currency as near.
    return next((code for code in sorted(CURRENCIES) if sorted(code) == sorted(word)), "")
