"""Roles of staff. A role is held within a scope: agency, office, service (docs/glossary.md)."""

from enum import StrEnum


class Role(StrEnum):
    OFFICER = "officer"
    DEPARTMENT_OFFICER = "department_officer"
    SECTION_HEAD = "section_head"
    VETERINARIAN = "veterinarian"
    REPORTS_OFFICER = "reports_officer"
    SECURITY_OFFICER = "security_officer"
    # The three bodies of a committee are three roles: who signs for one cannot sign for another by its grant.
    COMMITTEE_EMIRATE = "committee_emirate"
    COMMITTEE_CIVIL_DEFENCE = "committee_civil_defence"
    COMMITTEE_FINANCE = "committee_finance"
    VALUER = "valuer"
    FINANCE_OFFICER = "finance_officer"
    COUNTER_AGENT = "counter_agent"
    CARE_CENTRE_AGENT = "care_centre_agent"
    GATE_STAFF = "gate_staff"
    PARTNER_USER = "partner_user"
    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    CONTENT_EDITOR = "content_editor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
