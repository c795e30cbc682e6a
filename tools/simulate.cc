// The simulated province. Reads nothing but its arguments and the shipped tariffs; writes six
// files.
//
// Everything random comes from SplitMix64 streams named by (seed, what, who), so that one member's
// story does not depend on how many others there are.
#include "tools/simulate.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "ledger/rules/scheme.h"
#include "ledger/rules/shipped_schemes.h"
#include "tools/simulated_files.h"

namespace iuran::tools {
namespace {

using namespace events;
using rules::Scheme;

// Regencies of Nusa Tenggara Timur with their Kemendagri codes, as a NIK begins with them.
struct Regency {
  const char* name;
  int code;
};
constexpr std::array kRegencies = {
    Regency{"Kupang", 5301},      Regency{"Timor Tengah Selatan", 5302},
    Regency{"Belu", 5304},        Regency{"Flores Timur", 5306},
    Regency{"Sikka", 5307},       Regency{"Ende", 5308},
    Regency{"Ngada", 5309},       Regency{"Manggarai", 5310},
    Regency{"Sumba Timur", 5311}, Regency{"Lembata", 5313},
    Regency{"Rote Ndao", 5314},   Regency{"Manggarai Barat", 5315},
    Regency{"Nagekeo", 5316},     Regency{"Malaka", 5321},
    Regency{"Kota Kupang", 5371}};
constexpr std::array kGivenNames = {"Maria",    "Yohanes",   "Fransiska", "Petrus",
                                    "Theresia", "Aloysius",  "Agnes",     "Marten",
                                    "Yuliana",  "Stefanus",  "Kristina",  "Ignasius",
                                    "Rosalia",  "Gregorius", "Elisabeth", "Blasius"};
constexpr std::array kFamilyNames = {"Lelo",  "Tukan", "Nahak",  "Bere",  "Kedang", "Rade",
                                     "Mbiri", "Seran", "Wora",   "Keban", "Ledo",   "Pati",
                                     "Hurek", "Ndoen", "Fanggi", "Manek"};
constexpr std::array kChannels = {"bank", "agent", "post", "mobile", "atm"};

class Random {
 public:
  Random(uint64_t seed, uint64_t what, uint64_t who)
      : state_(seed * 0x9E3779B97F4A7C15u + what * 0xD1B54A32D192ED03u + who) {
    Next();
  }
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // 0 .. n-1
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(Next() % n); }
  bool Percent(uint32_t percent) { return Below(100) < percent; }

 private:
  uint64_t state_;
};

enum What : uint64_t { kGroup = 1, kPerson = 2, kMonth = 3 };

struct Group {
  std::string id;
  GroupKind kind;
  const Regency* regency;
  bool remits;       // one sum a month for all its members
  uint8_t risk = 0;  // class of an employer
  bool Employs() const { return kind == GroupKind::kEmployer; }
};

// How somebody pays; the shares are invented, the patterns are those of the field.
enum class Habit : uint8_t {
  kMonthly,
  kQuarterly,
  kHalfYear,
  kYear,
  kLate,
  kInstalments,
  kSkipping
};

struct Member {
  rules::InForce attributes;
  uint32_t group;
  Month from;
  Month last;        // the last month they mean to pay
  Month paid_until;  // first month not yet paid
  Habit habit;
  bool leaves;  // `last` is recorded as an exit
};

// A payment of the month at hand, kept until the month's rows can be written in order of days.
struct Due {
  uint32_t member;
  Money amount;
  bool remitted;
  Purpose purpose = Purpose::kContribution;
};

struct Schemes {
  std::shared_ptr<const Scheme> self_employed, wage_earners;
};

class Province {
 public:
  Province(const SimulationSize& size, const Schemes& schemes, Files& files)
      : size_(size), schemes_(schemes), files_(files) {}

  void Run() {
    MakeGroups();
    for (uint32_t i = 0; i < size_.members; ++i) Enrol(i, size_.from, false);
    const Month end = size_.from + size_.months;
    for (Month month = size_.from; month < end; ++month) PlayMonth(month, end);
  }

 private:
  void MakeGroups() {
    const uint32_t count = size_.members / 60 + 4;
    for (uint32_t i = 0; i < count; ++i) {
      Random random(size_.seed, kGroup, i);
      Group group;
      group.regency = &kRegencies[random.Below(kRegencies.size())];
      group.kind = std::array{GroupKind::kCooperative, GroupKind::kCongregation,
                              GroupKind::kCooperative, GroupKind::kAgency}[i % 4];
      if (i % 10 == 9) {
        group.kind = GroupKind::kEmployer;
        group.risk = static_cast<uint8_t>(1 + random.Below(5));
      }
      group.remits = group.kind != GroupKind::kCongregation;
      group.id = fmt::format("G-{:05}", i + 1);
      const char* word = group.kind == GroupKind::kCooperative    ? "Kopdit"
                         : group.kind == GroupKind::kCongregation ? "Paroki"
                         : group.Employs()                        ? "CV"
                                                                  : "Desa";
      files_.groups.Row("{},{},{} {} {},{},{}", group.id, Name(group.kind), word,
                        group.regency->name, i + 1, group.regency->name,
                        group.Employs() ? std::to_string(group.risk) : "");
      groups_.push_back(group);
    }
  }

  // Writes a member's row. `again`: a person who left and comes back under a new number.
  void Enrol(uint32_t who, Month earliest, bool again) {
    Random random(size_.seed, kPerson, who + (again ? uint64_t{1} << 40 : 0));
    Member member;
    member.group = random.Below(static_cast<uint32_t>(groups_.size()));
    const Group& group = groups_[member.group];
    rules::InForce& attributes = member.attributes;
    attributes.group = GroupId(group.id);
    attributes.risk = group.risk;
    attributes.region = group.regency->name;
    attributes.income = Money::FromRupiah(700'000 + int64_t{random.Below(48)} * 50'000 +
                                          (random.Percent(5) ? 4'000'000 : 0));
    attributes.sector = random.Percent(12) ? Sector::kTransport : Sector::kOther;
    attributes.payer = group.kind == GroupKind::kAgency ? Payer::kState : Payer::kSelf;
    attributes.programs.Add(Program::kJkk);
    attributes.programs.Add(Program::kJkm);
    if (attributes.payer == Payer::kSelf && random.Percent(15)) {
      attributes.programs.Add(Program::kJht);
    }
    if (group.Employs()) {
      attributes.income += Money::FromRupiah(1'600'000);
      attributes.programs.Add(Program::kJht);
      if (random.Percent(60)) attributes.programs.Add(Program::kJp);
    }
    // Half of the province is there from the first month, the rest arrives over time.
    const auto months = static_cast<uint32_t>(size_.months);
    member.from =
        again || random.Percent(50) ? earliest : earliest + static_cast<int>(random.Below(months));
    member.leaves = !again && random.Percent(6);
    member.last = member.from + (member.leaves ? static_cast<int>(2 + random.Below(24)) : 1200);
    member.paid_until = member.from;
    const uint32_t habit = random.Below(100);
    member.habit = attributes.payer == Payer::kState ? Habit::kMonthly
                   : group.Employs()                 ? (habit < 85 ? Habit::kMonthly : Habit::kLate)
                   : habit < 40                      ? Habit::kMonthly
                   : habit < 60                      ? Habit::kQuarterly
                   : habit < 68                      ? Habit::kHalfYear
                   : habit < 78                      ? Habit::kYear
                   : habit < 90                      ? Habit::kLate
                   : habit < 95                      ? Habit::kInstalments
                                                     : Habit::kSkipping;
    WriteMember(member, who, random, again);
    members_.push_back(member);
  }

  void WriteMember(const Member& member, uint32_t who, Random& random, bool again) {
    Random person(size_.seed, kPerson, who);  // the same person when they come back
    const int year = 1965 + static_cast<int>(person.Below(40));
    const int month = 1 + static_cast<int>(person.Below(12));
    const int day = 1 + static_cast<int>(person.Below(28));
    const bool woman = person.Percent(50);
    const Attributes& attributes = member.attributes;
    const std::string nik = fmt::format("{}{:02}{:02}{:02}{:02}{:04}",
                                        groups_[member.group].regency->code, 1 + who / 9'999 % 99,
                                        day + (woman ? 40 : 0), month, year % 100, 1 + who % 9'999);
    files_.members.Row("{},{},{},{},{},{},{},{},{},{} {},{},{:04}-{:02}-{:02},+62812{:08}",
                       MemberText(static_cast<uint32_t>(members_.size())),
                       SchemeOf(member).id().text(), attributes.group.text(), attributes.region,
                       member.from.ToString(), attributes.income.ToString(),
                       Name(attributes.sector), Name(attributes.payer),
                       ToString(attributes.programs), kGivenNames[person.Below(kGivenNames.size())],
                       kFamilyNames[person.Below(kFamilyNames.size())], again ? std::string() : nik,
                       year, month, day, random.Below(100'000'000));
  }

  static std::string MemberText(uint32_t number) { return fmt::format("M-{:07}", number + 1); }

  void PlayMonth(Month month, Month end) {
    std::map<Day, std::vector<Due>> days;  // of this month's payments
    std::map<uint32_t, Money> remitted;    // by group
    const auto count = static_cast<uint32_t>(members_.size());
    for (uint32_t i = 0; i < count; ++i) {
      Member& member = members_[i];
      if (month < member.from || month > member.last) continue;
      Random random(size_.seed, kMonth,
                    (uint64_t{i} << 12) + static_cast<uint64_t>(month.number()));
      Live(i, month, end, random);
      Pay(i, month, random, days, remitted);
    }
    for (const auto& [group, amount] : remitted) {
      files_.remittances.Row("{},{},BANK-NTT-001,{},{},transfer,FT{:08}",
                             RemittanceText(group, month), month.DayOf(10).ToString(),
                             amount.ToString(), groups_[group].id, ++bank_reference_);
    }
    WritePayments(month, days);
  }

  static std::string RemittanceText(uint32_t group, Month month) {
    return fmt::format("R-{}-{:05}", month.ToString(), group + 1);
  }

  // Changes of income, and the exit in the last month; one in three of those who left comes back.
  void Live(uint32_t i, Month month, Month end, Random& random) {
    Member& member = members_[i];
    if (Employed(member)) {
      // A new wage, reported from the month on that is paid next: often one that has passed.
      if (random.Below(24) == 0) {
        member.attributes.income += Money::FromRupiah(25'000 * int64_t{1 + random.Below(12)});
        files_.changes.Row("{},income,{},{}", MemberText(i), member.paid_until.ToString(),
                           member.attributes.income.ToString());
      }
    } else if (random.Below(400) == 0) {
      member.attributes.income = Money::FromRupiah(1'000'000 + int64_t{random.Below(40)} * 50'000);
      files_.changes.Row("{},income,{},{}", MemberText(i), (month + 1).ToString(),
                         member.attributes.income.ToString());
    }
    if (member.leaves && month == member.last) {
      files_.changes.Row("{},exit,,{}", MemberText(i), month.LastDay().ToString());
      if (random.Percent(33) && month + 3 < end) Enrol(i, month + 3, true);
    }
  }

  Money PriceOf(const Member& member, Month first, int months) const {
    Money price;
    const Scheme& scheme = SchemeOf(member);
    for (int n = 0; n < months; ++n) price += scheme.Price(first + n, member.attributes);
    return price;
  }

  bool Employed(const Member& member) const { return groups_[member.group].Employs(); }
  const Scheme& SchemeOf(const Member& member) const {
    return Employed(member) ? *schemes_.wage_earners : *schemes_.self_employed;
  }

  void Pay(uint32_t i, Month month, Random& random, std::map<Day, std::vector<Due>>& days,
           std::map<uint32_t, Money>& remitted) {
    Member& member = members_[i];
    // Employers pay the month before, and whoever leaves is paid up.
    const bool leaving = member.leaves && month == member.last;
    const Month owed = Employed(member) && !leaving ? month - 1 : month;
    if (member.paid_until > owed) return;  // prepaid
    const int behind = owed - member.paid_until;
    auto on = [&](int day, Money amount, Purpose purpose = Purpose::kContribution) {
      days[month.DayOf(day)].push_back({i, amount, false, purpose});
    };
    int months = behind + 1;
    switch (member.habit) {
      case Habit::kMonthly:
        if (groups_[member.group].remits) {
          const Money amount = PriceOf(member, member.paid_until, months);
          remitted[member.group] += amount;
          days[month.DayOf(10)].push_back({i, amount, true});
          member.paid_until = owed + 1;
          return;
        }
        break;
      case Habit::kQuarterly:
        months += 2;
        break;
      case Habit::kHalfYear:
        months += 5;
        break;
      case Habit::kYear:
        months += 11;
        break;
      case Habit::kLate:
        if (behind < 1 + static_cast<int>(random.Below(2))) return;
        if (Employed(member) && random.Percent(50)) {
          on(28, RoundedShare(PriceOf(member, member.paid_until, 1), 2, 100), Purpose::kPenalty);
        }
        break;
      case Habit::kInstalments: {
        const Money amount = PriceOf(member, member.paid_until, months);
        const Money part = RoundedShare(amount, 2, 3);
        on(3 + static_cast<int>(random.Below(8)), part);
        on(13 + static_cast<int>(random.Below(12)), amount - part);
        member.paid_until = month + 1;
        return;
      }
      case Habit::kSkipping:
        if (!random.Percent(30)) return;
        // After the grace end the skipped months are dropped: they pay from this month on.
        if (behind > 4) member.paid_until = month;
        months = month - member.paid_until + 1;
        break;
    }
    on(1 + static_cast<int>(random.Below(28)), PriceOf(member, member.paid_until, months));
    member.paid_until = member.paid_until + months;
  }

  void WritePayments(Month month, const std::map<Day, std::vector<Due>>& days) {
    for (const auto& [day, dues] : days) {
      for (const Due& due : dues) {
        const std::string id = fmt::format("P-{:08}", files_.payments.rows() + 1);
        const std::string remittance =
            due.remitted ? RemittanceText(members_[due.member].group, month) : std::string();
        files_.payments.Row("{},{},{},{},{},{},{}", id, day.ToString(), MemberText(due.member),
                            due.amount.ToString(), remittance,
                            due.purpose == Purpose::kPenalty ? "penalty" : "",
                            due.remitted ? "transfer" : kChannels[files_.payments.rows() % 5]);
        if (!due.remitted && files_.payments.rows() % 5'003 == 0) {
          files_.reversals.Row("{},{},paid into the wrong account", id, (day + 9).ToString());
        }
      }
    }
  }

  const SimulationSize& size_;
  const Schemes& schemes_;
  Files& files_;
  std::vector<Group> groups_;
  std::vector<Member> members_;
  uint64_t bank_reference_ = 0;
};

}  // namespace

Result<SimulationTotals> Simulate(const std::filesystem::path& folder, const SimulationSize& size) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_empty(folder, error) || error) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{} is not an empty folder. Name a new one.", folder.string()));
  }
  Schemes schemes;
  for (const rules::ShippedScheme& shipped : rules::ShippedSchemes()) {
    auto& scheme = shipped.id == SchemeId("pu") ? schemes.wage_earners : schemes.self_employed;
    IURAN_ASSIGN(scheme, Scheme::Parse(shipped.document));
  }
  IURAN_CHECK(schemes.self_employed && schemes.wage_earners, "bpu and pu are shipped");
  Files files{
      {folder / "groups.csv", "group,kind,name,region,risk"},
      {folder / "members.csv",
       "member,scheme,group,region,from,income,sector,payer,programs,name,nik,birth_date,phone"},
      {folder / "changes.csv", "member,what,from,value"},
      {folder / "remittances.csv",
       "remittance,received_on,account,amount,payer,channel,bank_reference"},
      {folder / "payments.csv", "payment,paid_on,member,amount,remittance,purpose,channel"},
      {folder / "reversals.csv", "payment,reversed_on,reason"}};
  Province(size, schemes, files).Run();
  for (OutputFile* file : {&files.groups, &files.members, &files.changes, &files.remittances,
                           &files.payments, &files.reversals}) {
    IURAN_TRY(file->Close());
  }
  return SimulationTotals{files.groups.rows(),      files.members.rows(),  files.changes.rows(),
                          files.remittances.rows(), files.payments.rows(), files.reversals.rows()};
}

}  // namespace iuran::tools
