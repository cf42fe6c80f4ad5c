"""Questions: how to go on with a leg."""

from icall_bridge.heart.effects import Tell
from icall_bridge.heart.state import Asking, Call, Leg, Question
from icall_bridge.messages import TurnTaken


def ask(call: Call, leg: Leg, question: Question) -> None:
    """Ask the stack how to go on. What is remembered of it has no digits: they are told once, and are secret."""
    number = call.number()
    leg.doing = Asking(number)
    leg.asked = TurnTaken(question.turn) if isinstance(question, TurnTaken) else question
    call.effects.add(Tell(question, leg.id, leg.channel, number))


def ask_again(call: Call, leg: Leg) -> None:
    """Ask the last question again: the stack gives the same script."""
    if leg.asked:
        ask(call, leg, leg.asked)
