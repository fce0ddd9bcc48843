from django.contrib.auth import hashers


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Argon2id at OWASP's parameters for a small machine (19 MiB, two passes, one lane).

    Django's default takes 100 MiB and eight lanes a sign-in: on the morning of a service day,
    when hundreds sign in within a minute, that is the whole machine.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
