"""What carriers say of a parcel in French."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: (
        "déclaratif réceptionné", "en attente de prise en charge", "pré-annoncé",
        "annoncé", "en préparation chez l'expéditeur", "étiquette créée",
        "annonce de l'envoi", "votre colis va bientôt nous être confié",
    ),
    Milestone.IN_TRANSIT: (
        "pris en charge", "en cours d'acheminement", "en transit", "en acheminement",
        "votre colis est pris en charge", "arrivé sur site", "en cours de traitement",
        "expédié", "trié", "colis en transit", "arrivé dans le pays de destination",
        "votre colis est en cours d'acheminement", "dédouané",
        "arrivé sur le site de distribution", "en cours de dédouanement",
    ),
    Milestone.OUT_FOR_DELIVERY: (
        "en cours de livraison", "en livraison", "colis en livraison",
        "mis en livraison", "en cours de distribution", "préparé pour la distribution",
        "votre colis est en cours de livraison",
    ),
    Milestone.READY_FOR_PICKUP: (
        "disponible en point de retrait", "disponible en point relais", "à retirer",
        "disponible au point de retrait", "en attente de retrait",
        "disponible en bureau de poste", "disponible en consigne", "mis à disposition",
        "disponible au point relais",
    ),
    Milestone.ATTEMPTED: (
        "avisé", "destinataire absent", "tentative de livraison",
        "livraison impossible", "non livré", "destinataire avisé", "absent",
        "échec de livraison",
    ),
    Milestone.DELAYED: (
        "retardé", "en retard", "retenu en douane", "livraison reportée", "retard",
        "acheminement retardé",
    ),
    Milestone.IN_TROUBLE: (
        "retour à l'expéditeur", "retourné à l'expéditeur", "refusé", "perdu",
        "endommagé", "retour expéditeur", "adresse incorrecte", "annulé", "incident",
        "anomalie", "distribué à l'expéditeur", "livré à l'expéditeur",
        "colis endommagé",
    ),
    Milestone.DELIVERED: (
        "livré", "distribué", "votre colis est livré", "remis au destinataire",
        "colis livré", "livré au destinataire", "votre courrier a été distribué",
        "remis au gardien", "livraison effectuée", "déposé en boîte aux lettres",
    ),
}  # fmt: skip
