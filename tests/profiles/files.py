"""People in a file, and what became of them."""

from django.db import connection

from careid.people.models import Profile
from careid.trail.models import Event
from profiles.importing import people_file

HEADER = ",".join(people_file.COLUMNS)
AMA = "555000000001,Ama,Sample,ama@example.nhs.uk,PP 00 00 01 A,rx1,3"
BEN = "555000000002,Ben,Sample,ben@example.nhs.uk,PP000002A,RX1,3"
CLEO = "555000000003,Cleo,Sample,cleo@example.nhs.uk,PP000003A,RX2,2"


def profile(row):
    return Profile.objects.select_related("organisation").get(user_id=row[:12])


def events(name="profile.imported"):
    return list(Event.objects.filter(name=name).order_by("sequence"))


def everything():
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, p.* FROM careid_profile p ORDER BY id")
        return cursor.fetchall()
