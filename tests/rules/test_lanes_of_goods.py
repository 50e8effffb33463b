"""What stores say of their products has a lane of its own, and so one reader."""

from core.lanes import (
    GOODS_LANE,
    LANES,
    Lane,
    is_for_reports,
    lane_of,
    lanes_from,
    report_lane_of,
)


def test_whoever_reads_of_products_reads_nothing_else_beside_it():
    assert lanes_from(GOODS_LANE) == [GOODS_LANE]
    others = [Lane(each) for each in range(LANES) if each != GOODS_LANE]
    assert all(GOODS_LANE not in lanes_from(each) for each in others)


def test_neither_an_order_nor_a_report_waits_behind_a_product():
    names = [str(each) for each in range(1_000)]

    assert GOODS_LANE not in {lane_of("ada", each) for each in names}
    assert GOODS_LANE not in {report_lane_of(each) for each in names}


def test_each_lane_is_met_in_the_circle_of_its_own_kind():
    kinds = {frozenset(lanes_from(Lane(each))) for each in range(LANES)}

    assert sorted(len(each) for each in kinds) == [1, 2, 16]
    assert [is_for_reports(Lane(each)) for each in (0, 15, 16, LANES - 1)] == [
        False,
        False,
        True,
        True,
    ]
