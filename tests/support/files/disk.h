// A disk in memory that knows what was synced, for tests that cut its power: the bytes of a file
// are safe once the file is synced, its name once its folder is, and nothing else is. Knows nothing
// of RocksDB; copying it makes a snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iuran::tests {

enum class Unsynced {
  kDropped,  // nothing of it reaches the disk
  kKept,     // all of it does, except what a failed sync gave up
  kTorn,     // by a seed: any beginning or any sectors of the bytes, the first changes of names
};

class Disk {
 public:
  using Id = uint64_t;  // of a file or folder; stays with it when its name changes or goes
  static constexpr size_t kSector = 512;

  Disk();

  // Names. A path begins with '/'. What names nothing is nullopt or false.
  std::optional<Id> Find(std::string_view path) const;
  bool IsFolder(Id id) const { return nodes_.at(id).is_folder; }
  std::vector<std::string> NamesIn(Id folder) const;
  std::optional<Id> Make(std::string_view path, bool is_folder);  // nullopt where it cannot
  bool Remove(std::string_view path);                             // of a folder: an empty one
  // Within one folder. What stood at `to` goes, except for a folder with anything in it.
  bool Rename(std::string_view from, std::string_view to);

  const std::string& BytesOf(Id file) const { return nodes_.at(file).bytes; }
  void Write(Id file, uint64_t offset, std::string_view bytes);
  void Truncate(Id file, uint64_t size);
  // Of a file its bytes, of a folder its names.
  void Sync(Id id);
  // A sync that fails: as on Linux, what was to be written counts as clean from now on, and no
  // later sync writes it unless it changes again.
  void GiveUpSync(Id id);

  // The power fails and comes back: what is on the disk then is what there is.
  void CutPower(Unsynced unsynced, uint64_t seed);

  // Changes bytes at rest, behind every program's back: of the disk and of what is cached of it.
  void Replace(std::string_view path, std::string bytes);
  // Every file's path, in order.
  std::vector<std::string> AllFiles() const;

 private:
  struct Sector {
    std::string before;  // what the disk holds
    bool given_up = false;
  };
  struct Change {  // of names in a folder: one of the two, or both for a renaming
    std::string removed;
    std::string added;
    Id id;
  };
  struct Node {
    bool is_folder = false;
    std::string bytes;
    uint64_t synced_size = 0;
    std::map<uint64_t, Sector> unsynced;  // by number of the sector
    std::map<std::string, Id> names;
    std::map<std::string, Id> synced_names;
    std::vector<Change> changes;
  };
  using Random = std::mt19937_64;

  // The folder that holds a path, and the path's last part.
  std::pair<std::optional<Id>, std::string> Split(std::string_view path) const;
  void ChangeNames(Id folder, Change change);
  static void Apply(std::map<std::string, Id>& names, const Change& change);
  static void Touch(Node& file, uint64_t from, uint64_t to);
  static std::string SyncedBytes(const Node& file);
  static void Tear(Node& file, Random& random);
  static void TearNames(Node& folder, Random& random);
  void ForgetUnnamed();
  void AddFiles(Id folder, const std::string& path, std::vector<std::string>& files) const;

  static constexpr Id kRoot = 0;
  Id next_ = 1;
  std::map<Id, Node> nodes_;
};

}  // namespace iuran::tests
