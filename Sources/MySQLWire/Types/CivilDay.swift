/// Days of the proleptic Gregorian calendar, which the server reckons in (manual: What Calendar Is Used By MySQL?), counted
/// from 1970-01-01. The algorithm is the usual one of eras of 400 years that begin in March.
enum CivilDay {
    private static let daysOfEra = 146_097

    /// Nil for what is no day: a month or day 0, a February 30.
    static func number(_ date: MySQLDate) -> Int? {
        guard date.year <= 9999, (1...12).contains(date.month), date.day >= 1 else { return nil }
        // Days of the year before are counted in years that begin in March, so that the leap day is the last one.
        let month = Int(date.month)
        let year = Int(date.year) - (month <= 2 ? 1 : 0)
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + Int(date.day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let number = era * daysOfEra + dayOfEra - 719_468
        return Self.date(number) == date ? number : nil
    }

    /// Nil outside of the years 0 to 9999.
    static func date(_ number: Int) -> MySQLDate? {
        guard (-719_528...2_932_896).contains(number) else { return nil }
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - (daysOfEra - 1)) / daysOfEra
        let dayOfEra = shifted - era * daysOfEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return MySQLDate(
            year: UInt16(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)),
            month: UInt8(month),
            day: UInt8(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        )
    }
}
