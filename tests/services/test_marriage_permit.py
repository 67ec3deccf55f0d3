"""خدمات الزواج, as the one who asks, the officer, the security officer and the head of the section live through it."""
