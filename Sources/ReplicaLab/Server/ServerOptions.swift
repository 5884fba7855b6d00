internal import Glibc

/// The option file of one server: what the lab of two MySQL servers sets, and what keeps a server small and private.
struct ServerOptions {
    /// Bytes. Small, because each server's copy of the data directory holds the log.
    static let redoLogCapacity = 32 << 20

    var directory: String
    var port: UInt16
    var serverID: UInt32
    /// Further settings by their names of the option file; they win over the lab's own.
    var settings: [String: String] = [:]

    var text: String {
        var values = [
            "datadir": "\(directory)/data",
            "socket": "\(directory)/mysqld.sock",
            "pid_file": "\(directory)/mysqld.pid",
            "log_error": "\(directory)/error.log",
            "tmpdir": directory,
            "bind_address": "127.0.0.1",
            "port": "\(port)",
            "report_host": "127.0.0.1",
            "report_port": "\(port)",
            "server_id": "\(serverID)",
            "gtid_mode": "OFF",
            "enforce_gtid_consistency": "OFF",
            "log_bin": "binlog",
            "binlog_format": "ROW",
            "relay_log": "relay-bin",
            // Host names are never looked up: a laptop without a network has no answer for 127.0.0.1.
            "skip_name_resolve": "ON",
            "loose_mysqlx": "OFF",
            "secure_file_priv": "",
            // The performance schema takes its memory by these: a third less, and it starts sooner.
            "table_open_cache": "400",
            "table_definition_cache": "400",
            "innodb_buffer_pool_size": "64M",
            "innodb_buffer_pool_load_at_startup": "OFF",
            "innodb_buffer_pool_dump_at_shutdown": "OFF",
            "innodb_redo_log_capacity": "\(Self.redoLogCapacity)",
            // The system has few of its own (fs.aio-max-nr): with a dozen servers the next one does not start.
            "innodb_use_native_aio": "OFF",
        ]
        if geteuid() == 0 { values["user"] = "root" }
        values.merge(settings) { $1 }
        return "[mysqld]\n" + values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
    }
}
