-- A person's link to its institution's own log-in (docs/decisions/0045), in a table of django-allauth, which keeps a
-- subject to one person; that a person has one subject of an issuer is kept here.

CREATE UNIQUE INDEX institution_link_once_per_person ON socialaccount_socialaccount (user_id, provider);
