// A disk in memory that knows what was synced. See disk.h.
#include "tests/support/files/disk.h"

#include <algorithm>
#include <set>

#include "events/check.h"

namespace iuran::tests {

Disk::Disk() { nodes_[kRoot].is_folder = true; }

std::optional<Disk::Id> Disk::Find(std::string_view path) const {
  Id id = kRoot;
  while (true) {
    const size_t begin = path.find_first_not_of('/');
    if (begin == std::string_view::npos) return id;
    path.remove_prefix(begin);
    const size_t length = std::min(path.find('/'), path.size());
    const auto& names = nodes_.at(id).names;
    const auto found = names.find(std::string(path.substr(0, length)));
    if (found == names.end()) return std::nullopt;
    id = found->second;
    path.remove_prefix(length);
  }
}

std::pair<std::optional<Disk::Id>, std::string> Disk::Split(std::string_view path) const {
  while (path.ends_with('/')) path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  IURAN_CHECK(slash != std::string_view::npos, "a path of the disk begins with a slash");
  std::optional<Id> folder = Find(path.substr(0, slash));
  if (folder && !IsFolder(*folder)) folder.reset();
  return {folder, std::string(path.substr(slash + 1))};
}

std::vector<std::string> Disk::NamesIn(Id folder) const {
  std::vector<std::string> names;
  for (const auto& [name, id] : nodes_.at(folder).names) names.push_back(name);
  return names;
}

void Disk::Apply(std::map<std::string, Id>& names, const Change& change) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.added.empty()) names[change.added] = change.id;
}

void Disk::ChangeNames(Id folder, Change change) {
  Node& node = nodes_.at(folder);
  Apply(node.names, change);
  node.changes.push_back(std::move(change));
}

std::optional<Disk::Id> Disk::Make(std::string_view path, bool is_folder) {
  const auto [folder, name] = Split(path);
  if (!folder || nodes_.at(*folder).names.contains(name)) return std::nullopt;
  const Id id = next_++;
  nodes_[id].is_folder = is_folder;
  ChangeNames(*folder, {"", name, id});
  return id;
}

bool Disk::Remove(std::string_view path) {
  const auto [folder, name] = Split(path);
  const std::optional<Id> id = Find(path);
  if (!folder || !id || !nodes_.at(*id).names.empty()) return false;
  ChangeNames(*folder, {name, "", *id});
  return true;
}

bool Disk::Rename(std::string_view from, std::string_view to) {
  const auto [folder, old_name] = Split(from);
  const auto [new_folder, new_name] = Split(to);
  const std::optional<Id> id = Find(from);
  if (!folder || folder != new_folder || !id) return false;
  const std::optional<Id> there = Find(to);
  if (there && (IsFolder(*there) != IsFolder(*id) || !nodes_.at(*there).names.empty())) {
    return false;
  }
  ChangeNames(*folder, {old_name, new_name, *id});
  return true;
}

void Disk::Touch(Node& file, uint64_t from, uint64_t to) {
  for (uint64_t sector = from / kSector; sector * kSector < to; ++sector) {
    const uint64_t begin = sector * kSector;
    const auto [dirty, added] = file.unsynced.try_emplace(sector);
    dirty->second.given_up = false;
    if (added && begin < file.bytes.size())
      dirty->second.before = file.bytes.substr(begin, kSector);
  }
}

void Disk::Write(Id id, uint64_t offset, std::string_view bytes) {
  Node& file = nodes_.at(id);
  const uint64_t end = offset + bytes.size();
  Touch(file, offset, end);
  if (file.bytes.size() < end) file.bytes.resize(end);
  std::copy(bytes.begin(), bytes.end(), file.bytes.begin() + static_cast<ptrdiff_t>(offset));
}

void Disk::Truncate(Id id, uint64_t size) {
  Node& file = nodes_.at(id);
  if (size < file.bytes.size()) Touch(file, size, file.bytes.size());
  file.bytes.resize(size);
}

void Disk::Sync(Id id) {
  Node& node = nodes_.at(id);
  std::erase_if(node.unsynced, [](const auto& sector) { return !sector.second.given_up; });
  node.synced_size = node.bytes.size();
  node.synced_names = node.names;
  node.changes.clear();
}

void Disk::GiveUpSync(Id id) {
  for (auto& [number, sector] : nodes_.at(id).unsynced) sector.given_up = true;
}

std::string Disk::SyncedBytes(const Node& file) {
  std::string bytes = file.bytes;
  bytes.resize(file.synced_size);
  for (const auto& [number, sector] : file.unsynced) {
    const uint64_t begin = number * kSector;
    if (begin >= bytes.size()) break;
    std::string before = sector.before;
    before.resize(std::min<uint64_t>(kSector, bytes.size() - begin));
    bytes.replace(begin, before.size(), before);
  }
  return bytes;
}

void Disk::Tear(Node& file, Random& random) {
  if (file.unsynced.empty() && file.synced_size == file.bytes.size()) return;
  const std::string before = SyncedBytes(file);
  const uint64_t longest = std::max(before.size(), file.bytes.size());
  const auto at = [](const std::string& bytes, uint64_t i) {
    return i < bytes.size() ? bytes[i] : '\0';
  };
  std::string torn = before;
  torn.resize(longest);
  uint64_t size = random() % 2 == 0 ? before.size() : file.bytes.size();
  if (random() % 2 == 0) {
    // The first bytes of what changed, up to anywhere.
    const uint64_t from = file.unsynced.empty() ? longest : file.unsynced.begin()->first * kSector;
    const uint64_t to = from + random() % (longest - std::min(longest, from) + 1);
    for (uint64_t i = from; i < to; ++i) torn[i] = at(file.bytes, i);
    if (random() % 4 != 0) size = std::max<uint64_t>(before.size(), to);
  } else {
    // Any of the sectors that changed. Those that did not reach the disk are as they were.
    const uint64_t most = 1 + random() % 8;
    for (const auto& [number, sector] : file.unsynced) {
      if (random() % 8 >= most) continue;
      const uint64_t end = std::min(longest, (number + 1) * kSector);
      for (uint64_t i = number * kSector; i < end; ++i) torn[i] = at(file.bytes, i);
    }
    if (random() % 4 == 0 && file.bytes.size() > before.size()) {
      size = before.size() + random() % (file.bytes.size() - before.size() + 1);
    }
  }
  torn.resize(size);
  file.bytes = std::move(torn);
}

void Disk::TearNames(Node& folder, Random& random) {
  folder.names = folder.synced_names;
  // File systems with a journal keep the order of the changes in a folder.
  const uint64_t reached = random() % (folder.changes.size() + 1);
  for (uint64_t i = 0; i < reached; ++i) Apply(folder.names, folder.changes[i]);
}

void Disk::CutPower(Unsynced unsynced, uint64_t seed) {
  Random random(seed);
  for (auto& [id, node] : nodes_) {
    if (unsynced == Unsynced::kTorn) {
      Tear(node, random);
      TearNames(node, random);
    } else if (unsynced == Unsynced::kDropped) {
      node.bytes = SyncedBytes(node);
      node.names = node.synced_names;
    } else {
      std::erase_if(node.unsynced, [](const auto& sector) { return !sector.second.given_up; });
      node.synced_size = node.bytes.size();
      node.bytes = SyncedBytes(node);
    }
    node.unsynced.clear();
    Sync(id);
  }
  ForgetUnnamed();
}

void Disk::ForgetUnnamed() {
  std::set<Id> named{kRoot};
  std::vector<Id> folders{kRoot};
  while (!folders.empty()) {
    const Id folder = folders.back();
    folders.pop_back();
    for (const auto& [name, id] : nodes_.at(folder).names) {
      if (named.insert(id).second && IsFolder(id)) folders.push_back(id);
    }
  }
  std::erase_if(nodes_, [&](const auto& node) { return !named.contains(node.first); });
}

void Disk::Replace(std::string_view path, std::string bytes) {
  const std::optional<Id> id = Find(path);
  IURAN_CHECK(id && !IsFolder(*id), "only a file that is there has bytes to replace");
  Node& file = nodes_.at(*id);
  file.bytes = std::move(bytes);
  file.synced_size = file.bytes.size();
  file.unsynced.clear();
}

void Disk::AddFiles(Id folder, const std::string& path, std::vector<std::string>& files) const {
  for (const auto& [name, id] : nodes_.at(folder).names) {
    const std::string full = path + "/" + name;
    if (IsFolder(id)) {
      AddFiles(id, full, files);
    } else {
      files.push_back(full);
    }
  }
}

std::vector<std::string> Disk::AllFiles() const {
  std::vector<std::string> files;
  AddFiles(kRoot, "", files);
  return files;
}

}  // namespace iuran::tests
