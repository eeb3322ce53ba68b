"""Training 干部培训: courses with modules by mode, who attended which session, and who completed them.

人 and 人次 are two figures: a person who completes three courses is one trained cadre and an attendance for each session.
Which modes make a person *trained* is a dated rule; a summit observation visit alone does not.
Scarce here: a person's one place in a course. Who enrols takes the lock of the course first, see ``operations.storing``;
the database refuses a second living enrolment of one person in one course.
"""
