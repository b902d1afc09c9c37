"""Another one."""


def shown(number):
    return f"<{number}>"
