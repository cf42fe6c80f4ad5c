"""A configuration is applied as a difference: what is known is not done again, and who is gone can do nothing more."""

import copy
from dataclasses import replace

import pytest

from chalicelib.core.centre.people import EntryKind, agent_key, password_key
from chalicelib.core.centre.who import Machine
from chalicelib.core.ground.errors import Conflict, NotConfigured, NotPermitted, NotProved
from chalicelib.core.ground.mistakes import MistakesFound
from chalicelib.usecases import apply_configuration as applying
from chalicelib.usecases import sign_in
from chalicelib.usecases.apply_configuration import apply_configuration, compare_configuration
from chalicelib.usecases.issue_login_code import issue_login_code
from local.changes import told_of
from tests.fakes.centre import SECRETS, Centre
from tests.fakes.mortality import Fate, Killed, Mortal
from tests.fakes.outside import MemorySecrets, PlainPasswords
from tests.fakes.scenes import picks_up, staffed

STAFF = range(1000, 1040)


class CountedPasswords(PlainPasswords):
    """Keeps ports.Passwords, and counts what a real hash makes dear."""

    def __init__(self):
        self.dear = 0

    def hash(self, password):
        self.dear += 1
        return super().hash(password)

    def verify(self, password, hashed):
        self.dear += 1
        return hashed == super().hash(password)


class Works:
    """An operator with a document, a centre and its secrets."""

    def __init__(self):
        self.documents = []
        self.centre = Centre(change_config=lambda document: self.documents.append(copy.deepcopy(document)))
        self.document = self.documents[0]
        self.passwords = CountedPasswords()
        self.secrets = dict(SECRETS)

    @property
    def world(self):
        return replace(self.centre.immortal, passwords=self.passwords, secrets=MemorySecrets(self.secrets))

    @property
    def business(self):
        """The business system that may sign agents in."""
        key = self.world.catalogue.centre().api_keys["business"]
        return Machine(key.name, frozenset(), key)

    def applies(self, world=None, **sections):
        return apply_configuration(self.document | sections, world or self.world)

    def hires(self, numbers, **fields):
        """Write agents with seats and passwords into the document."""
        for number in numbers:
            name = str(number)
            self.document["agents"][name] = {
                "name": name,
                "profile": "service",
                "seat": number,
                "user_names": [f"user-{name}"],
                "password": f"secret:agents/{name}",
            } | fields
            self.document["seats"][name] = {"device": "browser"}
            self.secrets[f"agents/{name}"] = f"icall-{name}"

    def fires(self, *agents):
        for agent in agents:
            del self.document["agents"][agent]


@pytest.fixture
def works():
    return Works()


def test_an_unchanged_file_changes_nothing_and_hashes_nothing(works):
    works.applies()
    works.passwords.dear = 0
    before = works.world.catalogue.people()
    applied = works.applies()
    assert list(told_of(applied.difference)) == ["nothing differs from what is in force"]
    assert works.passwords.dear == 0
    assert works.world.catalogue.people() == before


def test_only_a_changed_password_is_hashed_and_then_holds(works):
    works.applies()
    works.secrets["agents/100"] = "another"
    works.passwords.dear = 0
    works.applies()
    assert works.passwords.dear == 2
    assert sign_in.sign_in_by_password("100", "another", None, works.world).agent == "100"
    with pytest.raises(NotProved):
        sign_in.sign_in_by_password("100", "icall-100", None, works.world)


def test_without_a_key_to_the_seals_a_hash_that_fits_is_kept_all_the_same(works):
    del works.secrets["icall/password-seal"]
    works.applies()
    before, works.passwords.dear = works.world.catalogue.people(), 0
    works.applies()
    assert works.passwords.dear == len(works.document["agents"])
    assert works.world.catalogue.people() == before
    assert before[password_key("100")].seal == ""


def test_a_seal_made_with_another_key_proves_nothing(works):
    works.applies()
    works.secrets["icall/password-seal"] = "another key of sufficient length for seals"
    works.secrets["agents/100"] = "another"
    works.applies()
    assert sign_in.sign_in_by_password("100", "another", None, works.world).agent == "100"


def test_a_key_that_could_be_guessed_is_refused_without_being_shown(works):
    works.secrets["icall/password-seal"] = "too short"
    with pytest.raises(NotConfigured, match=r"icall/password-seal.*fewer than 32") as refused:
        works.applies()
    assert "too short" not in str(refused.value)
    assert works.world.catalogue.version() == 1


def test_what_would_change_is_told_and_nothing_is_changed(works):
    works.hires([103])
    works.fires("102")
    works.document["agents"]["101"]["name"] = "李伍"
    works.document["queues"]["vip"]["ring_seconds"] = 30
    told = list(told_of(compare_configuration(works.document, works.world)))
    assert told == [
        "agents added: 1 (103)",
        "agents changed: 1 (101)",
        "agents removed: 1 (102)",
        "seats added: 1 (103)",
        "seats changed: 1 (3)",
        "changed: queues",
    ]
    assert works.world.catalogue.version() == 1
    assert works.world.catalogue.agent_record("103") is None
    assert list(told_of(works.applies().difference)) == told


def test_of_many_only_the_first_are_named(works):
    works.hires(STAFF)
    assert next(told_of(compare_configuration(works.document, works.world))) == (
        "agents added: 40 (1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, ...)"
    )


def test_how_far_it_is_is_told_up_to_the_end(works, monkeypatch):
    monkeypatch.setattr(applying, "STORED_AT_ONCE", 50)
    works.hires(STAFF)
    told = []
    apply_configuration(works.document, works.world, lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1] > 40 * 3
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_two_agents_on_one_seat_and_an_unknown_profile_are_refused_with_their_places(works):
    works.hires([103], profile="servise")
    works.document["agents"]["103"]["seat"] = 1
    with pytest.raises(MistakesFound) as refused:
        works.applies()
    assert [str(mistake) for mistake in refused.value.mistakes] == [
        "agents.103.profile: there is no profile 'servise'; did you mean 'service'?",
        "agents.103.seat: is already that of 100",
    ]
    assert works.world.catalogue.agent_record("103") is None


def test_who_began_later_wins_and_the_other_is_told(works):
    works.hires(STAFF)

    class Overtaken(CountedPasswords):
        """Somebody else applies while the first password is hashed."""

        def hash(self, password):
            if not self.dear:
                self.dear += 1
                works.applies(name="Theirs")
            return super().hash(password)

    with pytest.raises(Conflict, match="Somebody else began"):
        works.applies(replace(works.world, passwords=Overtaken()), name="Ours")
    assert works.centre.world.catalogue.centre().name == "Theirs"
    assert works.world.catalogue.version() == 2


def dies_while_applying(works, fate):
    """The operator replaces half of the staff, a few entries at a time, and may be killed between any two of them."""
    works.hires(STAFF)
    works.applies()
    for number in STAFF:
        works.document["agents"][str(number)]["name"] = "new"
    works.fires(*(str(number) for number in STAFF if number % 2))
    catalogue = works.centre.immortal.catalogue

    class Catalogue:
        def __getattr__(self, name):
            if name == "applying":
                return lambda expected: Mortal("applying", catalogue.applying(expected), fate)
            return getattr(catalogue, name)

    works.applies(replace(works.world, catalogue=Catalogue()))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("moment", range(4))
def test_wherever_who_applies_dies_the_next_try_makes_it_whole(works, monkeypatch, moment, after):
    monkeypatch.setattr(applying, "STORED_AT_ONCE", 40)
    with pytest.raises(Killed):
        dies_while_applying(works, Fate(at=moment, after=after, counting=True))
    names = {works.world.catalogue.agent_record(str(number)) for number in STAFF if number % 2 == 0}
    assert len({record.name == "new" for record in names}) == 1
    works.passwords.dear = 0
    works.applies()
    assert works.passwords.dear == 0
    found = {str(number): works.world.catalogue.agent_record(str(number)) for number in STAFF}
    assert all(found[str(number)] is None for number in STAFF if number % 2)
    assert {record.name for record in found.values() if record} == {"new"}


# Who is an agent no more.


def test_a_removed_agent_is_signed_out_and_nothing_they_ask_for_is_done(works):
    agent, phone = works.centre.page("101").signs_in().is_ready(), works.centre.device_of("101")
    works.fires("101")
    works.applies()
    assert agent.hears("Logout")["iParam"] == 1
    assert works.centre.sockets.closed[-1] == (agent.socket, 4003)
    with pytest.raises(NotProved):
        sign_in.sign_in_by_password("101", "icall-101", None, works.world)
    caller = works.centre.calls()
    caller.hears("查询运单请按1")
    caller.presses("0")
    works.centre.time.advance(30)
    assert not phone.ringing()


def test_who_may_not_work_any_more_is_signed_out_too(works):
    works.centre.page("101").signs_in().is_ready()
    works.document["roles"]["guest"] = {"permissions": ["reports.read"]}
    works.document["agents"]["101"]["roles"] = ["guest"]
    works.applies()
    assert not works.world.desk.agent("101").signed_in


def test_who_was_removed_by_one_that_died_at_the_very_end_is_signed_out_by_the_next(works):
    works.centre.page("101").signs_in().is_ready()
    works.fires("101")
    with pytest.raises(Killed):
        works.applies(replace(works.world, desk=Mortal("desk", works.world.desk, Fate(at=0, counting=True))))
    assert works.world.catalogue.agent_record("101") is None
    works.applies()
    assert not works.world.desk.agent("101").signed_in


def test_who_stays_notices_nothing(works):
    scene = staffed(works.centre)
    works.fires("101")
    works.applies()
    caller = works.centre.calls()
    caller.hears("查询运单请按1")
    caller.presses("0")
    scene.caller = caller
    scene.agent.hears("Ring")
    picks_up(scene)


# By which name somebody is known.


@pytest.mark.parametrize("name", ["100", "张三", "zhangsan"])
def test_a_business_system_signs_in_by_agent_id_or_by_its_own_name(works, name):
    assert issue_login_code(works.business, name, works.world)[0] == "100"


def test_a_user_name_that_moved_to_another_agent_is_theirs_at_once(works):
    works.document["agents"]["100"]["user_names"] = []
    works.document["agents"]["101"]["user_names"] = ["zhangsan"]
    works.applies()
    assert issue_login_code(works.business, "zhangsan", works.world)[0] == "101"


def test_roles_that_were_given_since_count_for_business_systems(works):
    works.document["agents"]["100"]["roles"] = ["agent", "supervisor"]
    works.applies()
    with pytest.raises(NotPermitted):
        issue_login_code(works.business, "zhangsan", works.world)


def test_the_difference_names_agents_by_kind(works):
    works.fires("102")
    applied = works.applies()
    assert applied.difference.of(EntryKind.AGENT).removed == (agent_key("102"),)
    assert applied.difference.of(EntryKind.SEAT).removed == ()
