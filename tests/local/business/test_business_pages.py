"""The pages of the freight company's own people, and who is let in."""

import json

import pytest

pytestmark = pytest.mark.enable_socket


def after_login(*paths):
    async def scenario(company):
        async with company.client.post("/login", json={"user": "张三"}) as granted:
            cookie = granted.headers["Set-Cookie"]
        return cookie, [await seen(company, path) for path in paths]

    return scenario


async def seen(company, path):
    async with company.client.get(path, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location"), await answer.text()


def test_a_user_who_signed_in_sees_customers_and_work_orders_without_the_plugins_key(freight):
    _, answers = freight(after_login("/api/session", "/api/customers/all", "/api/work-orders"))
    assert [status for status, _, _ in answers] == [200, 200, 200]
    assert json.loads(answers[0][2]) == {"user": "张三"}
    assert "陈美玲" in [customer["name"] for customer in json.loads(answers[1][2])["customers"]]


@pytest.mark.parametrize("path", ["/api/session", "/api/customers/all", "/api/work-orders", "/api/waybills/6012345678"])
def test_nobody_else_sees_anything(freight, path):
    async def scenario(company):
        return await seen(company, path)

    assert freight(scenario)[0] == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(freight):
    cookie, _ = freight(after_login())
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("path", ["/login", "/work-orders", "/work-orders/new", "/customers", "/assets/pages.js"])
def test_the_pages_themselves_hold_nothing_and_are_open(freight, path):
    async def scenario(company):
        return await seen(company, path)

    status, _, text = freight(scenario)
    assert status == 200
    assert "陈美玲" not in text


def test_the_front_door_leads_to_the_work_orders_below_whatever_path(freight):
    async def scenario(company):
        return await seen(company, "/")

    assert freight(scenario)[:2] == (302, "work-orders")


def test_pages_outside_the_agent_page_learn_where_it_is(freight):
    async def scenario(company):
        return await seen(company, "/api/contact-centre")

    status, _, told = freight(scenario, icall_url="https://calls.example/")
    assert (status, json.loads(told)) == (200, {"agentPage": "https://calls.example/console/"})
