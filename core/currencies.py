"""How many decimals a currency has, and its amounts written with just so many."""

from decimal import ROUND_HALF_UP, Decimal

from core.values import Money

# By ISO 4217. CLDR, which is made for showing prices, leaves out the small coins of
# some more currencies that shops do count in.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS = {
    **dict.fromkeys(_NONE.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
}
"""Of the currencies that have not two."""


def decimals_of(currency: str) -> int:
    return DECIMALS.get(currency, 2)


def written(money: Money) -> str:
    """The amount alone, such as ``39.90`` or, of won, ``39900``; half is rounded up."""
    step = Decimal(1).scaleb(-decimals_of(money.currency))
    return f"{money.amount.quantize(step, ROUND_HALF_UP):f}"
