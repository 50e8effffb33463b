"""China Post; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="China Post",
    also_called=frozenset(
        {
            "China Post EMS",
            "China EMS",
            "EMS China",
            "Chinapost",
            "China Post Registered Air Mail",
            "China Post Ordinary Small Packet Plus",
            "中国邮政",
            "中國郵政",
            "邮政",
            "邮政快递包裹",
            "中国邮政速递物流",
            "邮政EMS",
            "邮政小包",
            "ePacket (China Post)",
            "China ePacket",
            "E邮宝",
            "e邮宝",
        }
    ),
    post_of="CN",
    forms=(form("[0-9]{13}"),),
    speaks=(chinese.WORDS,),
)
