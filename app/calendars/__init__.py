"""Time as an office counts it: now, Hijri and Gregorian dates, working days, deadlines. Pure functions over values.

Not for storing dates (models do), nor for deciding what a missed deadline means (cases do), nor for free appointment
slots (appointments do).
"""
