from local.carrier.documents.stage import Performance, Stage
from local.carrier.legs.calls import Call

CALLER = Call("CA1", "83366857", "+8675583000000", "inbound", 0.0)
OTHER = Call("CA2", "13800138000", "+8675583000000", "inbound", 0.0)


def to_caller():
    return [CALLER]


def test_a_sound_is_heard_by_its_listeners_until_it_ends():
    stage = Stage()
    welcome = Performance(b"welcome", to_caller, began=10, ends=12)
    stage.play(welcome)
    assert stage.heard_by(CALLER, 11.9) is welcome
    assert stage.heard_by(OTHER, 11.9) is None
    assert stage.heard_by(CALLER, 12) is None


def test_a_sound_that_is_cut_short_is_heard_no_longer():
    stage, cut = Stage(), []
    stage.play(Performance(b"welcome", to_caller, began=10, ends=12, stopped=lambda: bool(cut)))
    assert stage.heard_by(CALLER, 11)
    cut.append(True)
    assert stage.heard_by(CALLER, 11) is None


def test_hold_music_goes_on_until_nobody_is_held_and_does_not_come_back():
    stage, held = Stage(), [CALLER]
    stage.play(Performance(b"music", lambda: held, began=0))
    assert stage.heard_by(CALLER, 100000)
    held.clear()
    assert stage.heard_by(CALLER, 100001) is None
    held.append(CALLER)
    assert stage.heard_by(CALLER, 100002) is None


def test_the_next_sound_of_a_document_takes_the_place_of_the_one_before():
    stage = Stage()
    stage.play(Performance(b"first", to_caller, began=0))
    second = Performance(b"second", to_caller, began=5, ends=6)
    stage.play(second)
    assert stage.heard_by(CALLER, 5.5) is second
    assert stage.heard_by(CALLER, 7) is None


def test_an_announcement_is_heard_over_the_music():
    stage = Stage()
    music = Performance(b"music", to_caller, began=0)
    stage.play(music)
    announcement = Performance(b"announcement", lambda: [CALLER, OTHER], began=5, ends=6)
    stage.play(announcement)
    assert stage.heard_by(CALLER, 5.5) is announcement
    assert stage.heard_by(CALLER, 6.5) is music
