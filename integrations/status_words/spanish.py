"""What carriers say of a parcel in Spanish, of Spain and Mexico."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: (
        "prerregistrado", "pre-registrado", "envío registrado", "etiqueta creada",
        "documentado", "pendiente de recolección", "pendiente de recogida", "grabado",
        "información recibida", "admisión pendiente", "guía generada", "guía creada",
    ),
    Milestone.IN_TRANSIT: (
        "en ruta", "en distribución", "en tránsito", "admitido", "en camino",
        "recolectado", "recogido", "clasificado", "en reparto a destino",
        "llegada a destino", "en delegación", "en tránsito a destino",
        "salida de origen", "en unidad de destino", "despachado",
        "llegada a centro de distribución", "en curso", "envío en tránsito",
        "alta en la red", "en plataforma", "en centro de distribución",
        "recibido en almacén", "aduana", "en terminal destino", "envío admitido",
        "en viaje",
    ),
    Milestone.OUT_FOR_DELIVERY: (
        "en proceso de entrega", "en reparto", "en ruta de entrega", "salió a reparto",
        "salida a reparto", "en proceso de entrega al destinatario", "en ruta local",
        "salió para entrega", "envío en reparto", "en proceso de reparto",
    ),
    Milestone.READY_FOR_PICKUP: (
        "disponible para recoger", "disponible en oficina", "en oficina a disposición",
        "disponible para recogida", "disponible en punto de recogida",
        "listo para recoger", "disponible para recolección",
        "en espera de ser recogido", "ocurre", "disponible en citypaq",
        "depositado en punto pickup", "disponible en sucursal",
    ),
    Milestone.ATTEMPTED: (
        "ausente", "intento de entrega", "intento de entrega fallido",
        "destinatario ausente", "no entregado", "ausente reparto", "entrega fallida",
        "intento fallido", "avisado", "visita sin entrega",
    ),
    Milestone.DELAYED: (
        "retrasado", "retraso", "retenido en aduana", "incidencia meteorológica",
        "entrega aplazada", "demorado", "entrega reprogramada", "retenido",
    ),
    Milestone.IN_TROUBLE: (
        "incidencia", "devuelto", "devuelto al remitente", "en devolución", "rehusado",
        "dirección incorrecta", "extraviado", "siniestrado", "anulado", "cancelado",
        "devolución al remitente", "excepción", "faltan datos",
        "entregado al remitente", "dirección insuficiente", "devolución",
    ),
    Milestone.DELIVERED: (
        "entregado", "entrega realizada", "envío entregado", "entregada",
        "entrega efectuada", "entregado al destinatario", "paquete entregado",
    ),
}  # fmt: skip
