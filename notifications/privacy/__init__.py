"""What people and stores are owed by law: to be told what is held of them, and to be
forgotten. Each request is a row; the scheduler works it off.
"""
