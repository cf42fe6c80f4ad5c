import pytest

pytestmark = pytest.mark.enable_socket


def test_a_plugin_hears_where_the_goods_are(freight):
    async def scenario(company):
        return await company.asks("/api/waybills/6012345678")

    assert freight(scenario) == (
        200,
        {
            "found": True,
            "sent_at": "2026-03-05T14:00:00+08:00",
            "destination": "广州",
            "plate": "京A12345",
            "pickup_place": "白云区太和货运站3号门",
            "pickup_at": "2026-03-07T09:30:00+08:00",
            "contact_phone": "02083366800",
            "consignee": "李国强",
        },
    )


def test_a_caller_who_hears_english_is_told_places_by_their_english_names(freight):
    async def scenario(company):
        return [await company.asks(f"/api/waybills/6012345678?language={asked}") for asked in ("en-US", "destination")]

    (_, english), (_, other) = freight(scenario)
    assert (english["destination"], english["consignee"]) == ("Guangzhou", "Li Guoqiang")
    assert english["pickup_place"].isascii()
    assert other["destination"] == "广州"


def test_an_unknown_waybill_is_a_404_that_says_so(freight):
    async def scenario(company):
        return await company.asks("/api/waybills/0000000000")

    assert freight(scenario) == (404, {"found": False, "error": "there is no such waybill"})


@pytest.mark.parametrize("phone", ["83366857", "02083366857", "%2B862083366857", "862083366857"])
def test_a_caller_is_known_however_the_carrier_writes_the_number(freight, phone):
    async def scenario(company):
        return await company.asks(f"/api/customers?phone={phone}")

    status, customer = freight(scenario)
    assert (status, customer["title"], customer["found"]) == (200, "李总", True)


@pytest.mark.parametrize("query", ["?phone=83366858", "?phone=57", "?phone=", "?phone=anonymous", ""])
def test_a_stranger_is_not_taken_for_a_customer(freight, query):
    async def scenario(company):
        return await company.asks(f"/api/customers{query}")

    assert freight(scenario) == (404, {"found": False, "error": "no customer has that telephone number"})


@pytest.mark.parametrize("path", ["/api/waybills/6012345678", "/api/customers?phone=83366857", "/api/work-orders"])
@pytest.mark.parametrize("key", ["", "another-key", "plugin-key2"])
def test_nothing_is_told_without_the_right_key(freight, path, key):
    async def scenario(company):
        return await company.asks(path, key=key)

    status, answer = freight(scenario)
    assert (status, set(answer)) == (401, {"error"})
