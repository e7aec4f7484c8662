from scheduler.timetable import run_due
from tests.webhooks import Webhooks


def test_a_call_in_opening_hours_without_anybody_on_shift_is_invited_to_leave_a_message(hotline):
    line = Webhooks(hotline)
    answer = line.call()
    assert answer.has("Record")
    print(answer.response.text)
    for ran in run_due(hotline): print(ran)
