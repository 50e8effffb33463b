"""What carriers say of a parcel in Arabic."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: ("تم إنشاء الشحنة", "تم استلام بيانات الشحنة"),
    Milestone.IN_TRANSIT: (
        "في الطريق", "تم استلام الشحنة", "قيد النقل", "وصلت إلى المنشأة",
    ),
    Milestone.OUT_FOR_DELIVERY: (
        "خرجت للتوصيل", "جاري التوصيل", "مع المندوب", "خارج للتسليم",
    ),
    Milestone.READY_FOR_PICKUP: ("جاهزة للاستلام", "متاحة للاستلام"),
    Milestone.ATTEMPTED: ("محاولة توصيل", "تعذر التوصيل", "محاولة تسليم فاشلة"),
    Milestone.DELAYED: ("متأخرة", "مؤجلة", "محتجزة في الجمارك"),
    Milestone.IN_TROUBLE: ("مرتجعة", "تم إرجاع الشحنة", "مفقودة", "تالفة", "ملغاة"),
    Milestone.DELIVERED: ("تم التسليم", "تم التوصيل", "سلمت"),
}  # fmt: skip
