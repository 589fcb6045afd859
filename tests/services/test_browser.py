from tests.services.browser import PHONE


def test_an_error_in_the_console_is_a_complaint(browser, complaints):
    page = browser.new_page()
    complaints.follow(page)
    with page.expect_console_message():
        page.evaluate("console.error('broken')")
    assert complaints.unexpected() == [": broken"]
    page.close()


def test_an_unhandled_rejection_is_a_complaint(browser, complaints):
    page = browser.new_page()
    complaints.follow(page)
    with page.expect_event("pageerror"):
        page.evaluate("void Promise.reject(new Error('nobody listened'))")
    assert complaints.unexpected() == ["about:blank: nobody listened"]
    page.close()


def test_an_expected_complaint_is_none(browser, complaints):
    page = browser.new_page()
    complaints.follow(page)
    complaints.expect("^: as planned$")
    with page.expect_console_message():
        page.evaluate("console.error('as planned')")
    assert complaints.unexpected() == []
    page.close()


def test_a_visitor_may_hold_a_phone(browser):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.set_content("<meta name=viewport content='width=device-width'>")
    assert page.evaluate("[innerWidth, devicePixelRatio, navigator.maxTouchPoints > 0]") == [390, 2, True]
    context.close()
