"""What people see: texts, cards, keyboards, money, dates and documents."""
