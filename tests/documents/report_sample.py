"""A report that three bodies have signed, as the press gets it."""


def report_snapshot() -> dict[str, object]:
    """A report that three persons signed."""
    members = ("عضو الإمارة", "عضو الدفاع المدني", "عضو المالية")
    at = "14 جمادى الآخرة 1448هـ (24 نوفمبر 2026)، الساعة 12:10 ظهرًا"
    return {
        "agency": {"ar": "إمارة المنطقة", "en": "Regional Emirate"},
        "agency_id": "emirate",
        "title": "محضر معاينة ضرر",
        "opening": "عاينت اللجنة الموقع المذكور في الطلب، وأثبتت ما يلي:",
        "service": "خدمات تعويض الأضرار",
        "service_names": {"ar": "خدمات تعويض الأضرار", "en": "Damage compensation"},
        "number": "1448/000123",
        "transaction": "000087/1448",
        "filed_on": "2026-11-24",
        "date": "14 جمادى الآخرة 1448هـ (24 نوفمبر 2026)",
        "to": "فهد بن عبدالله السالم",
        "rows": [("سبب الضرر", "سيل جارف من الوادي"), ("مقدار الضرر", "انهيار السور\nتلف الأثاث")],
        "signatures": [{"label": member, "name": "ناصر الشمراني", "at": at} for member in members],
        "appeal": [],
    }
