"""«بياناتي»: the copy holds what the page says it holds, and nothing of hidden steps."""

from tests.support.world import APPOINTMENT, EMIRATE, SECURITY, World


def test_the_copy_holds_everything_the_page_names(world: World) -> None:
    citizen = world.citizen()
    number = world.file(citizen, "general_transaction")
    citizen.post("/services/emirate_appointment/apply", {**APPOINTMENT, "action": "draft"})
    copy = citizen.post("/account/data/download").response.get_json(force=True)
    person = copy["person"]
    assert (person["gender"], person["nationality"], person["mobile"]) == ("male", "SA", "+966512345678")
    assert [each["provider"] for each in copy["sign_ins"]] == ["https://issuer.test"]
    assert [each["service"] for each in copy["drafts"]] == ["emirate_appointment"]
    assert copy["drafts"][0]["answers"]["subject_text"] == APPOINTMENT["subject_text"]
    assert {(each["about"], each["by"]) for each in copy["sent"]} == {("submitted", "sms"), ("submitted", "email")}
    (case,) = copy["cases"]
    assert case["number"].replace("/", "-") == number
    assert case["signed"]["text"]
    assert (case["rating"], case["appeals"]) == (None, [])


def test_looking_at_a_file_or_a_paper_is_a_look_at_the_case(world: World) -> None:
    citizen = world.citizen()
    number = world.file(citizen)
    world.officer(SECURITY, email="security@example.com").get(f"/desk/cases/{number}/papers/summary")
    assert citizen.post("/account/data/download").response.get_json(force=True)["views"] == []
    world.officer(EMIRATE).get(f"/desk/cases/{number}/papers/summary")
    views = citizen.post("/account/data/download").response.get_json(force=True)["views"]
    assert [view["number"].replace("/", "-") for view in views] == [number]
