"""Snapshots as a case would give them: long names, hyphens, e-mails, phones, many companions."""

import tomllib
from pathlib import Path
from typing import Any

COMMON = Path(__file__).parents[2] / "app" / "texts" / "common.toml"
AGENCY = {"ar": "إمارة المنطقة", "en": "Region Emirate"}


def summary_snapshot(language: str = "ar") -> dict[str, Any]:
    arabic = language == "ar"
    return {
        "agency": AGENCY,
        "agency_id": "emirate",
        "service": "طلب موعد مع الإمارة" if arabic else "Appointment with the emirate",
        "service_names": {"ar": "طلب موعد مع الإمارة", "en": "Appointment with the emirate"},
        "number": "1448/000123",
        "filed_on": "2026-11-24",
        "filed_at": "الثلاثاء 14 جمادى الآخرة 1448هـ (24 نوفمبر 2026)، الساعة 10:30 صباحًا"
        if arabic
        else "Tuesday 14 Jumada II 1448 AH (24 November 2026), 10:30",
        "facts": [
            {"label": "مقدم الطلب" if arabic else "Applicant", "value": "فهد بن سالم بن علي آل منصور"},
            {"label": "رقم الهوية" if arabic else "Identity number", "value": "1000000067"},
        ],
        "sections": _sections(arabic),
        "files": [
            {
                "label": "خطاب موضوع الزيارة",
                "name": "خطاب موضوع الزيارة-النسخة 2.pdf",
                "size": 1468006,
                "sha256": "ab" * 32,
            },
            {"label": "صورة هوية المرافق", "name": "IMG_20261124-1.jpg", "size": 327680, "sha256": "cd" * 32},
        ],
        "declaration": "أقر وأتعهد بصحة البيانات المقدمة، وفي حال عدم صحتها تتم إحالتي إلى جهة الاختصاص."
        if arabic
        else "I declare and undertake that the data I give are true.",
        "signature": {
            "signed_at": "24/11/2026 10:30:07",
            "assurance": "النفاذ الوطني الموحد" if arabic else "National single sign-on",
            "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
        "next_steps": [
            "تراجع الإدارة المعنية طلبك، وقد تطلب مستندًا أو توضيحًا.",
            "يُقيد الطلب معاملة برقم وسنة هجرية تستعلم بهما متى شئت.",
            "يصلك الموعد وبوابة الدخول، ويصدر تصريح الزيارة.",
        ]
        if arabic
        else ["The department examines the request.", "You are told the date and the gate."],
        "deadlines": ["الرد على طلب الاستكمال: 5 أيام. بعدها يُلغى الطلب."] if arabic else ["Reply within 5 days."],
    }


def _sections(arabic: bool) -> list[dict[str, Any]]:
    if not arabic:
        return [{"title": "Applicant", "rows": [{"label": "Mobile", "value": "+966 50 123 4567"}]}]
    return [
        {
            "title": "مقدم الطلب",
            "rows": [
                {"label": "النوع", "value": "فرد"},
                {"label": "رقم الجوال", "value": "+966 50 123 4567"},
                {"label": "البريد الإلكتروني", "value": "fahad.almansour@mail.example.sa"},
            ],
        },
        {
            "title": "الموعد",
            "rows": [
                {"label": "نوع الموعد", "value": "موعد مع إدارة محددة"},
                {"label": "المعاملة السابقة", "value": "1447-000079"},
                {
                    "label": "نص موضوع الزيارة",
                    "value": "أرغب في متابعة معاملة الأرض ذات الصك رقم 310115042231، وقد قدّمتُ مستنداتها من قبل.\n"
                    "أرجو تحديد موعد مع إدارة الأراضي لشرح حالتها، لأن والدي كبير في السن ولا يستطيع الحضور مرّتين.",
                },
            ],
        },
        {
            "title": "ما معك ومن معك",
            "rows": [{"label": "لوحة السيارة", "value": "ا ب ح 1234"}],
            "groups": [
                {
                    "title": f"المرافق {n}",
                    "rows": [
                        {"label": "اسم المرافق", "value": "سعد بن محمد بن عبد الله القحطاني"},
                        {"label": "رقم هوية المرافق", "value": "1000000083"},
                    ],
                }
                for n in (1, 2)
            ],
        },
    ]


def pass_snapshot(companions: int = 3) -> dict[str, Any]:
    return {
        "agency": AGENCY,
        "agency_id": "emirate",
        "labels": {
            "title": "تصريح زيارة",
            "visitor": "الزائر",
            "companions": "المرافقون",
            "car": "السيارة",
            "devices": "الأجهزة",
            "host": "جهة الزيارة",
            "gate": "البوابة",
            "when_on": "الموعد",
            "instruction": "اعرض هذا التصريح وأصل الهوية عند البوابة. يصلح لمرة واحدة في يومه.",
        },
        "number": "1448/000123",
        "visitor": {"name": "فهد بن سالم بن علي آل منصور", "identity": "••••••0067"},
        "companions": [
            {"name": f"سعد بن محمد القحطاني {n}", "identity": "••••••0083"} for n in range(1, companions + 1)
        ],
        "car": "ا ب ح 1234",
        "devices": ["هاتف محمول", "كمبيوتر محمول"],
        "host": "إدارة الأراضي والممتلكات",
        "gate": "بوابة ذوي الإعاقة وكبار السن",
        "weekday": "الأحد",
        "date": "19 جمادى الآخرة 1448هـ (29 نوفمبر 2026)",
        "time": "10:30 صباحًا",
        "valid_on": "2026-11-29",
    }


def guide_snapshot(content: dict[str, Any] | None = None) -> dict[str, Any]:
    content = content or _plain_content()
    common = tomllib.loads(COMMON.read_text("utf-8"))["fields"]
    words = lambda node: node["ar"]  # noqa: E731

    def field(each: dict[str, Any]) -> dict[str, Any]:
        source = common[each["use"]] if "use" in each else each
        return {
            "label": words(source["label"]),
            "hint": words(source["hint"]) if "hint" in source else "",
            "required": each["required"],
        }

    return {
        "agency": AGENCY,
        "service": words(content["title"]),
        "summary": words(content["summary"]),
        "description": words(content["description"]),
        "address": "https://bawaba.example/services/emirate_appointment",
        "edition": "الإصدار 3، 14 جمادى الآخرة 1448هـ (24 نوفمبر 2026)",
        "facts": [
            {"label": "الفئة المستفيدة", "value": "مواطن، مقيم، زائر"},
            {"label": "الرسوم", "value": words(content["fees"])},
            {"label": "مدة التنفيذ", "value": words(content["duration"])},
        ],
        "channels": ["مكاتب خدمة المستفيدين في مواقع الإمارة", "مركز الاتصال 920022133"],
        "conditions": [words(each) for each in content["conditions"]],
        "documents": [
            {"name": words(each["name"]), "required": each["required"], "photo": words(each["photo"])}
            for each in content["documents"]
        ],
        "steps": [words(each) for each in content["next_steps"]],
        "sections": [
            {
                "title": words(section["title"]),
                "fields": [field(f) for f in content["fields"] if f["section"] == section["id"]],
            }
            for section in content["sections"]
        ],
        "deadlines": [{"label": "الرد على طلب الاستكمال", "limit": "5 أيام", "text": "بعدها يُلغى الطلب."}],
        "questions": [
            {"question": words(each["question"]), "answer": words(each["answer"])} for each in content["faq"]
        ],
    }


def _plain_content() -> dict[str, Any]:
    def both(text: str) -> dict[str, str]:
        return {"ar": text, "en": "—"}

    return {
        "title": both("طلب موعد مع الإمارة"),
        "summary": both("اطلب موعدًا مع الإمارة أو مع إدارة محددة فيها."),
        "description": both("تتيح هذه الخدمة طلب موعد مع الإمارة، وتدخل بتصريح زيارة فيه رمز QR."),
        "fees": both("لا توجد رسوم"),
        "duration": both("3 أيام عمل"),
        "conditions": [both(f"الشرط رقم {n} من شروط الخدمة ولأجله لا بد من الإفصاح.") for n in range(1, 6)],
        "documents": [
            {"name": both("خطاب موضوع الزيارة"), "required": True, "photo": both("صفحة كاملة مستوية في إضاءة جيدة")},
            {"name": both("صورة الهوية"), "required": False, "photo": both("وجه البطاقة كاملًا دون انعكاس ضوء")},
            {"name": both("وكالة أو تفويض"), "required": False, "photo": both("")},
        ],
        "next_steps": [both(f"تملأ النموذج وترسله، وهذه هي الخطوة {n}.") for n in range(1, 12)],
        "sections": [{"id": "applicant", "title": both("مقدم الطلب")}, {"id": "visit", "title": both("الموعد")}],
        "fields": [
            {"use": "applicant_name", "required": True, "section": "applicant"},
            {"use": "mobile", "required": True, "section": "applicant"},
            {"use": "email", "required": False, "section": "visit"},
        ],
        "faq": [{"question": both("هل أختار وقت الموعد بنفسي؟"), "answer": both("يحدده الموظف حسب المتاح.")}] * 4,
    }


def _both(ar: str, en: str = "") -> dict[str, str]:
    return {"ar": ar, "en": en or ar}


def _animal(n: int) -> list[dict[str, Any]]:
    facts = (
        (_both("النوع", "Species"), _both("قط", "Cat"), 8),
        (_both("السلالة", "Breed"), _both("شيرازي"), 13),
        (_both("الجنس", "Sex"), _both("أنثى", "Female"), 8),
        (_both("اللون", "Colour"), _both("أبيض مرقط بالرمادي"), 12),
        (_both("العمر", "Age"), _both("سنتان", "2 years"), 10),
        (_both("رقم الشريحة", "Microchip"), _both(f"634 0981 0045 {2217 + n}"), 20),
        (_both("تطعيم السعار", "Rabies vaccination"), _both("20 ذو الحجة 1446هـ", "15 June 2025"), 12),
        (_both("رقم التشغيلة", "Batch"), _both("RB-24-7719"), 13),
    )
    found = [{"label": label, "value": value, "width": width} for label, value, width in facts]
    found[6]["short"] = _both("15/06/2025")
    return found


def certificate_snapshot(animals: int = 1, receipt: str = "RC-2025-118204", replaces: str = "") -> dict[str, Any]:
    number = "1447/000079/2" if replaces else "1447/000079"
    fact = lambda label, value: {"label": label, "value": value, "width": 10}  # noqa: E731
    return {
        "agency": _both("وزارة الشؤون البلدية", "Ministry of Municipal Affairs"),
        "unit": _both("قسم المحاجر البيطرية", "Veterinary Quarantine Section"),
        "title": _both(
            "شهادة صحية بيطرية لتصدير الكلاب والقطط",
            "Veterinary health certificate for the export of dogs and cats",
        ),
        "holder": _both("فهد بن سالم بن علي آل منصور", "Fahad Salem Ali Almansour"),
        "number": number,
        "receipt": receipt,
        "filed_on": _both("8 جمادى الآخرة 1447هـ", "29 November 2025"),
        "issued_on": _both("9 جمادى الآخرة 1447هـ", "30 November 2025"),
        "valid_until": "2025-12-10",
        "valid_until_text": _both("19 جمادى الآخرة 1447هـ", "10 December 2025"),
        "first_part": _both("بيانات الشهادة", "Certificate"),
        "parts": [
            {
                "title": _both("القائم بالتصدير والوجهة", "Exporter and destination"),
                "rows": [
                    [
                        fact(
                            _both("القائم بالتصدير", "Exporter"),
                            _both("فهد بن سالم بن علي آل منصور", "Fahad Salem Ali Almansour"),
                        ),
                        fact(_both("رقم الهوية", "ID number"), _both("28463400015")),
                        fact(_both("بلد الوجهة", "Destination"), _both("المملكة المتحدة", "United Kingdom")),
                        fact(_both("منفذ الخروج", "Port of exit"), _both("المطار الدولي", "International airport")),
                        fact(_both("المستلم", "Consignee"), _both("Fahad Almansour, 12 King Street, London W6 9NH")),
                        fact(_both("تاريخ السفر", "Travel date"), _both("14 جمادى الآخرة 1447هـ", "5 December 2025")),
                    ]
                ],
            },
            {"title": _both("بيانات الحيوانات", "Animals"), "rows": [_animal(n) for n in range(animals)]},
        ],
        "declaration": _both(
            "أشهد أنا الطبيب البيطري الرسمي بأن الحيوانات المذكورة أعلاه فحصت ووجدت سليمة ظاهريا، ولم تظهر عليها أعراض "
            "مرض معد، وأنها صالحة للسفر.",
            "I, the official veterinarian, certify that the animals named above were examined, found clinically "
            "healthy, showed no signs of contagious disease and are fit to travel.",
        ),
        "signatures": [
            {"label": _both("الطبيب البيطري", "Veterinarian"), "name": "د. سامي الكعبي"},
            {
                "label": _both("رئيس قسم المحاجر البيطرية", "Head of the Veterinary Quarantine Section"),
                "name": "د. هند المري",
            },
        ],
        "replaces": replaces,
        "shown": {
            "number": number,
            "agency": _both("وزارة الشؤون البلدية", "Ministry of Municipal Affairs"),
            "unit": _both("قسم المحاجر البيطرية", "Veterinary Quarantine Section"),
            "title": _both("شهادة صحية بيطرية لتصدير الكلاب والقطط", "Veterinary health certificate"),
            "issued_on": "2025-11-30",
            "valid_until": "2025-12-10",
            "about": [_both("قط، رقم الشريحة ينتهي بـ 2217", "Cat, Microchip ending in 2217")] * animals,
        },
    }
