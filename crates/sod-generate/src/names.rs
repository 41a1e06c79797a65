//! Word lists, and the names made of them.
//!
//! Invented for this crate; any likeness to a customer's packages is what the trade has in common.

/// A line of business: its people prefer the packages about its own objects.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DepartmentWords {
    pub(crate) name: &'static str,
    pub(crate) objects: [&'static str; 6],
    /// Duties that the books of internal control want kept apart: the first two of each list are such a pair, and so
    /// are the third and fourth.
    pub(crate) duties: [&'static str; 4],
}

const fn department(
    name: &'static str,
    objects: [&'static str; 6],
    duties: [&'static str; 4],
) -> DepartmentWords {
    DepartmentWords { name, objects, duties }
}

/// The departments, in the order in which small tenants get them.
pub(crate) const DEPARTMENTS: [DepartmentWords; 12] = [
    department(
        "Finance",
        ["General ledger", "Fixed assets", "Cost centre", "Tax return", "Consolidation", "Expense claim"],
        ["Vendor master editor", "Payment run approver", "Journal entry clerk", "Period close controller"],
    ),
    department(
        "Procurement",
        ["Purchase order", "Supplier portal", "Contract", "Goods receipt", "Tender", "Catalogue buying"],
        ["Purchase order creator", "Goods receipt clerk", "Supplier onboarding", "Invoice matching"],
    ),
    department(
        "Treasury",
        ["Bank account", "Hedging", "Cash pool", "Guarantee", "Loan register", "Market data"],
        ["Treasury deal entry", "Treasury deal confirmation", "Bank transfer release", "Bank reconciliation"],
    ),
    department(
        "Human resources",
        ["Personnel file", "Recruiting", "Training", "Absence", "Appraisal", "Pension"],
        ["Employee master editor", "Payroll run approver", "Bonus proposal", "Bonus release"],
    ),
    department(
        "IT operations",
        ["Server", "Backup", "Network", "Service desk", "Monitoring", "Virtual desktop"],
        ["Production deployment", "Source code committer", "User administration", "Security log reviewer"],
    ),
    department(
        "Sales",
        ["Customer record", "Quotation", "Price list", "Campaign", "Territory", "Partner portal"],
        ["Customer credit limit editor", "Sales order release", "Discount proposal", "Discount approval"],
    ),
    department(
        "Logistics",
        ["Warehouse", "Shipment", "Customs", "Fleet", "Returns", "Packaging"],
        ["Stock count entry", "Stock difference posting", "Delivery creation", "Delivery confirmation"],
    ),
    department(
        "Research",
        ["Laboratory", "Sample archive", "Patent", "Simulation", "Prototype", "Trial"],
        ["Batch record editor", "Batch release", "Trial data entry", "Trial data lock"],
    ),
    department(
        "Legal",
        ["Matter", "Contract archive", "Litigation", "Licence", "Policy", "Board paper"],
        ["Legal hold administrator", "Legal hold auditor", "Contract drafting", "Contract signature"],
    ),
    department(
        "Customer service",
        ["Case", "Knowledge base", "Call recording", "Warranty", "Field visit", "Survey"],
        ["Credit note entry", "Credit note approval", "Refund entry", "Refund release"],
    ),
    department(
        "Manufacturing",
        ["Work order", "Bill of material", "Maintenance", "Quality", "Tooling", "Shift plan"],
        ["Scrap declaration", "Scrap approval", "Recipe editor", "Recipe release"],
    ),
    department(
        "Risk and audit",
        ["Risk register", "Control test", "Incident", "Model", "Sanction list", "Whistleblower"],
        ["Limit maintenance", "Limit override approval", "Model development", "Model validation"],
    ),
];

/// Packages that nearly everybody holds.
pub(crate) const COMPANY_WIDE: [&str; 4] =
    ["All staff baseline", "Collaboration suite", "Travel booking", "Learning portal"];

const ROLES: [&str; 12] = [
    "reader",
    "editor",
    "approver",
    "administrator",
    "reporting",
    "archive",
    "auditor",
    "planner",
    "support",
    "key user",
    "interface",
    "emergency access",
];

const SITES: [&str; 16] = [
    "Oslo", "Leipzig", "Porto", "Kraków", "Turku", "Cardiff", "Lyon", "Graz", "Bologna", "Ghent", "Aarhus",
    "Toronto", "Osaka", "Pune", "Recife", "Durban",
];

/// A plausible name that no other number of the same department has.
pub(crate) fn package_name(department: &DepartmentWords, number: u32) -> String {
    let number = number as usize;
    let (object, rest) = (pick(&department.objects, number), number / department.objects.len());
    let (role, rest) = (pick(&ROLES, rest), rest / ROLES.len());
    let (site, round) = (pick(&SITES, rest.wrapping_sub(1)), rest.div_ceil(SITES.len()));
    match (rest, round) {
        (0, _) => format!("{object} {role}"),
        (_, 1) => format!("{object} {role} {site}"),
        _ => format!("{object} {role} {site} {round}"),
    }
}

/// The element at `index`, counted round and round.
pub(crate) fn pick<'a>(words: &[&'a str], index: usize) -> &'a str {
    words.get(index % words.len().max(1)).copied().unwrap_or_default()
}

/// Given names, as people write them and as their addresses have them.
pub(crate) const GIVEN: [(&str, &str); 24] = [
    ("Amélie", "amelie"),
    ("Bogdan", "bogdan"),
    ("Chidi", "chidi"),
    ("Dörte", "doerte"),
    ("Elif", "elif"),
    ("Farid", "farid"),
    ("Grace", "grace"),
    ("Hiroshi", "hiroshi"),
    ("Ingrid", "ingrid"),
    ("José", "jose"),
    ("Katarzyna", "katarzyna"),
    ("Łukasz", "lukasz"),
    ("Mei", "mei"),
    ("Nils", "nils"),
    ("Olena", "olena"),
    ("Priya", "priya"),
    ("Quentin", "quentin"),
    ("Rosa", "rosa"),
    ("Søren", "soeren"),
    ("Tomáš", "tomas"),
    ("Uma", "uma"),
    ("Virgil", "virgil"),
    ("Wanjiru", "wanjiru"),
    ("Zoë", "zoe"),
];

/// Family names, as people write them and as their addresses have them.
pub(crate) const FAMILY: [(&str, &str); 28] = [
    ("Adeyemi", "adeyemi"),
    ("Bergström", "bergstroem"),
    ("Castro", "castro"),
    ("D'Angelo", "dangelo"),
    ("Engel", "engel"),
    ("Fujita", "fujita"),
    ("García", "garcia"),
    ("Haddad", "haddad"),
    ("Ivanova", "ivanova"),
    ("Jansen", "jansen"),
    ("Kowalska", "kowalska"),
    ("Lindqvist", "lindqvist"),
    ("Müller", "mueller"),
    ("Nowak", "nowak"),
    ("O'Brien", "obrien"),
    ("Petrov", "petrov"),
    ("Quist", "quist"),
    ("Rossi", "rossi"),
    ("Šimek", "simek"),
    ("Tanaka", "tanaka"),
    ("Ueda", "ueda"),
    ("Vargas", "vargas"),
    ("Weiß", "weiss"),
    ("Xu", "xu"),
    ("Yılmaz", "yilmaz"),
    ("Zhang", "zhang"),
    ("Mensah", "mensah"),
    ("Dubois", "dubois"),
];

/// Titles, from the many to the few.
pub(crate) const TITLES: [&str; 6] = ["Specialist", "Analyst", "Clerk", "Coordinator", "Manager", "Director"];

/// Organisations whose people are guests.
pub(crate) const ORGANIZATIONS: [(&str, &str); 5] = [
    ("Northwind Traders", "northwind.example"),
    ("Fabrikam", "fabrikam.example"),
    ("Adatum", "adatum.example"),
    ("Litware", "litware.example"),
    ("Proseware", "proseware.example"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_across_departments() {
        let mut seen = BTreeSet::new();
        for department in &DEPARTMENTS {
            for number in 0..3000 {
                assert!(seen.insert(package_name(department, number)), "{number}");
            }
            assert!(department.duties.iter().all(|duty| seen.insert((*duty).to_owned())));
        }
        assert!(COMPANY_WIDE.iter().all(|name| seen.insert((*name).to_owned())));
    }
}
